"""Signs for "no value" that are offered as missing tokens, never assumed to be ones."""

NO_VALUE = (
    "na", "n/a", "#n/a", "nan", "null", "(null)", "\\n", "none", "nil", "-", "--", "?", ".",
    "missing", "unknown",
)  # fmt: skip
