"""Rules as sentences a person reads."""

from dataops.engine.checks import CHECKS, CheckSpec, limits_in_words, parameters_of, setting_in_words


def describe(spec: CheckSpec) -> str:
    """Where, what, with which settings, of which rows, how strict: "price: values in range, fails ..."."""
    return ", ".join([described_place(spec), *described_settings(spec), described_limits(spec)])


def described_place(spec: CheckSpec) -> str:
    check = CHECKS[spec.check]
    place = spec.column or ("every column" if check.scope == "column" else "table")
    return f"{place}: {check.label.lower()}"


def described_settings(spec: CheckSpec) -> list[str]:
    """Parameters that are set, and the rows that are looked at."""
    known = {parameter.name: parameter for parameter in parameters_of(CHECKS[spec.check].params)}
    told = [
        f"{name.replace('_', ' ')} {setting_in_words(known.get(name), value)}"
        for name, value in spec.params.items()
    ]
    return told + ([f"only rows where {spec.when}"] if spec.when else [])


def described_limits(spec: CheckSpec) -> str:
    check = CHECKS[spec.check]
    return limits_in_words(check, spec.limits or check.default_limits)
