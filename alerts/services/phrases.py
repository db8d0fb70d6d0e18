"""The language of message templates: ``if``, ``for alert in alerts``, six filters, and listed names.

It is Django's template language with everything else left out, and the names are checked before
anything is rendered: an attribute that is not in the list cannot be reached, whatever it is.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.template import (
    Context,
    Engine,
    Library,
    Template,
    TemplateSyntaxError,
    defaultfilters,
    defaulttags,
)
from django.template.base import FilterExpression, Node, TextNode, Variable, VariableNode

from dataops.web.words import lazy as _

ALERT_NAMES: dict[str, str] = {
    "label": _("CRITICAL, WARNING, INFO or RESOLVED"),
    "severity": _("critical, warning or info"),
    "status": _("open, acknowledged or resolved, as it was then"),
    "reason": _("opened, reopened, escalated, flapping, lapsed, held_back, reminder, acked or resolved"),
    "title": _("What is wrong"),
    "message": _("What was found, in a sentence or more; may be empty"),
    "subject": _("Name of the source or model"),
    "value": _("The measured value, as text; may be empty"),
    "limit": _("The limit it broke, as text; may be empty"),
    "trend": _("What the last values did, in words"),
    "since": _("When it opened, in UTC"),
    "note": _("Why it is told, in a sentence; may be empty"),
    "by": _("Who resolved or acknowledged it; may be empty"),
    "comment": _("What that person wrote; may be empty"),
    "url": _("Address of the alert's page"),
    "evidence": _("Name of the run or report it was seen in; may be empty"),
    "evidence_url": _("Its address; may be empty"),
}
NAMES: dict[str, str] = {
    "alerts": _("The alerts of the message, worst first, at most 10; for the loop"),
    "first": _("The first of them: first.title, first.severity ..."),
    "count": _("How many alerts the message is about"),
    "more": _("How many of them are not among the 10"),
    "reason": _("The most pressing reason"),
    "late": _("How late the message is, such as 2 h 14 min; empty when it is not"),
    "all_url": _("Address of the page of all alerts"),
}
FILTERS = ("default", "length", "lower", "pluralize", "truncatechars", "upper")
_LOOP = ("counter", "first", "last")

register = Library()
register.tag("if", defaulttags.do_if)
register.tag("for", defaulttags.do_for)
for _name in FILTERS:
    register.filter(_name, getattr(defaultfilters, _name))


class TemplateFault(ValueError):  # noqa: N818 - reads as what it is
    """A template that cannot be used; says in which line."""


class _Engine(Engine):
    default_builtins = [__name__]


# Values are escaped for the channel before they come in: HTML is only one of its languages.
_ENGINE = _Engine(autoescape=False)


def compiled(text: str) -> Template:
    """Raises TemplateFault for anything outside the language, with its line."""
    try:
        template = Template(text, engine=_ENGINE)
    except TemplateSyntaxError as error:
        raise _fault(getattr(error, "token", None), _plain_words(str(error))) from None
    for loop in template.nodelist.get_nodes_by_type(defaulttags.ForNode):
        _check_loop(loop)
    for node in template.nodelist:
        _check_names(node, ())
    return template


def rendered(text: str, context: Mapping[str, Any]) -> str:
    """Raises TemplateFault."""
    return compiled(text).render(Context(dict(context), autoescape=False))


def _check_loop(loop: Any) -> None:
    if str(loop.sequence) != "alerts":
        raise _fault(loop.token, "a loop goes over alerts: {% for alert in alerts %}")
    if len(loop.loopvars) != 1 or loop.loopvars[0] in NAMES:
        raise _fault(loop.token, "give the alert of the loop a name of its own: {% for alert in alerts %}")
    if len(loop.get_nodes_by_type(defaulttags.ForNode)) > 1:
        raise _fault(loop.token, "a loop inside a loop is not possible")


def _check_names(node: Node, loop_names: tuple[str, ...]) -> None:
    """Every name below the node is in the lists; ``loop_names`` are those of the loops around it."""
    if isinstance(node, TextNode):
        _check_text(node)
    for variable in _variables(node):
        if problem := _problem(variable.lookups or (), loop_names):
            raise _fault(node.token, problem)
    inner = (*loop_names, *getattr(node, "loopvars", ()))
    for part in node.child_nodelists:
        for child in getattr(node, part, None) or ():
            _check_names(child, inner)
    for _condition, nodes in getattr(node, "conditions_nodelists", ()):
        for child in nodes:
            _check_names(child, loop_names)


def _check_text(node: TextNode) -> None:
    """Braces that are never closed would go out as they are."""
    first = getattr(node.token, "lineno", 1)
    for mark, end in (("{{", "}}"), ("{%", "%}")):
        before, found, _rest = node.s.partition(mark)
        if found:
            raise TemplateFault(f"line {first + before.count(chr(10))}: {mark} without {end}")


def _variables(node: Node) -> Iterator[Variable]:
    """What the node itself reads."""
    if isinstance(node, VariableNode):
        yield from _in_expression(node.filter_expression)
    for condition, _nodes in getattr(node, "conditions_nodelists", ()):
        yield from _in_condition(condition)


def _in_condition(condition: Any) -> Iterator[Variable]:
    for side in (getattr(condition, name, None) for name in ("first", "second")):
        if side is not None:
            yield from _in_condition(side)
    if isinstance(getattr(condition, "value", None), FilterExpression):
        yield from _in_expression(condition.value)


def _in_expression(expression: FilterExpression) -> Iterator[Variable]:
    arguments = (value for _filter, args in expression.filters for is_name, value in args if is_name)
    yield from (v for v in (expression.var, *arguments) if isinstance(v, Variable))


def _problem(lookups: tuple[str, ...], loop_names: tuple[str, ...]) -> str:
    """What is wrong with a dotted name; empty for a literal and for a name of the lists."""
    if not lookups:
        return ""
    name, rest = lookups[0], lookups[1:]
    if name in loop_names or name == "first":
        known, wanted = tuple(ALERT_NAMES), 1
    elif name == "forloop" and loop_names:
        known, wanted = _LOOP, 1
    elif name in NAMES:
        known, wanted = (), 0
    else:
        return f"there is no {name}; known: {', '.join([*NAMES, *loop_names])}"
    if len(rest) == wanted and all(part in known for part in rest):
        return ""
    if not known:
        return f"{name} has no parts; write {name} alone"
    return f"there is no {'.'.join(lookups)}; {name} has {', '.join(known)}"


def _plain_words(said: str) -> str:
    """The first sentence of Django's message; the rest speaks of libraries that cannot be loaded here."""
    return said.partition(" Did you forget")[0].rstrip(".")


def _fault(token: Any, problem: str) -> TemplateFault:
    line = getattr(token, "lineno", None)
    return TemplateFault(f"line {line}: {problem}" if line else problem)
