"""Jinja2 in a sandbox: one template and its values to Rich. Logic-less by choice: a template names, tests and repeats.

The sandbox bounds neither time nor memory ("a" * 10**9, nested ranges), so what could grow is not in the language at
all: no calls, no arithmetic, no assignments, no includes, two loops deep. Values are data and are escaped.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final, TypeVar

import jinja2
from jinja2 import meta, nodes, pass_context
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from okno.texts import facts, grammar, markup, measures, times
from okno.texts.labels import Labels
from okno.texts.rich import Rich

_T = TypeVar("_T")
_DEEPEST: Final = 2
_ALLOWED: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem,
    nodes.If, nodes.For, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.CondExpr, nodes.Tuple, nodes.List,
)  # fmt: skip
_SLOTS: Final = "_slots"
_ZONE: Final = "_zone"
# A line that holds one tag and nothing else leaves no line behind; its end is moved into the tag to keep line numbers.
_ALONE: Final = re.compile(r"^[ \t]*(\{%(?:(?!%\}).)*?|\{#(?:(?!#\}).)*?)(-?[%#]\})[ \t]*\n", re.MULTILINE | re.DOTALL)
_LINES: Final = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
# Control characters, and those that turn the order of what follows: a name must not rearrange a card.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class _Sandbox(ImmutableSandboxedEnvironment):
    """Values have parts only where they are rows: Jinja's own sandbox still shows a template every public attribute."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return super().getattr(obj, attribute) if isinstance(obj, LoopContext) else self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, (dict, list)):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                return self.undefined(obj=obj, name=argument)
        return self.unsafe_undefined(obj, str(argument))


class Press:
    """Prints the templates of one language."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._jinja = _Sandbox(
            undefined=jinja2.StrictUndefined,
            autoescape=True,
            finalize=_shown,
        )
        self._jinja.globals.clear()
        self._jinja.filters.clear()
        self._jinja.filters.update(self._filters())

    def compile(self, source: str) -> jinja2.Template:
        """Raises jinja2.TemplateError: bad syntax, or something the language leaves out."""
        source = _ALONE.sub(r"\1\n\2", source)
        for line, problem in forbidden(self._jinja.parse(source)):
            raise jinja2.TemplateSyntaxError(problem, line)
        return self._jinja.from_string(source)

    def names(self, source: str) -> set[str]:
        """The values a template asks for."""
        return meta.find_undeclared_variables(self._jinja.parse(source))

    def print(self, template: jinja2.Template, values: Mapping[str, object], zone: tzinfo) -> Rich:
        """Raises jinja2.TemplateError or ValueError for a template that does not make words of these values."""
        slots: list[Rich] = []
        return markup.read(template.render({**values, _SLOTS: slots, _ZONE: zone}), slots)

    def _filters(self) -> dict[str, Callable[..., Any]]:
        labels = self._labels
        return {
            "plural": lambda number, *forms: grammar.plural(number, forms, labels.language),
            "when": _timed(times.when, labels),
            "clock": _timed(times.clock, labels),
            "day": _timed(times.day, labels),
            "duration": lambda span: times.duration(_checked(span, timedelta), labels),
            "size": lambda number: measures.size(_checked(number, int), labels),
            "cut": lambda words, limit: words.cut(limit) if isinstance(words, Rich) else Rich(words).cut(limit).text,
            "label": lambda key, group: labels.word(group, key),
            "fact": lambda told, group=facts.GROUP: facts.fact(told, labels, group),
            "join": lambda items, between=", ": between.join(str(item) for item in items),
            "facts": lambda many: "; ".join(facts.fact(one, labels) for one in many),
            "elapsed": _timed(_elapsed, labels),
            "length": len,
            "capital": lambda words: words[:1].upper() + words[1:],
        }


def forbidden(node: nodes.Node, depth: int = 0) -> Iterator[tuple[int, str]]:
    """Line and reason of everything in a parsed template that the language leaves out."""
    if not isinstance(node, _ALLOWED):
        yield node.lineno, f"a template may not use {type(node).__name__.lower()}; it names values, tests and repeats"
        return
    depth += isinstance(node, nodes.For)
    if depth > _DEEPEST or (isinstance(node, nodes.For) and node.recursive):
        yield node.lineno, f"loops may stand in one another {_DEEPEST} deep, no deeper"
        return
    for child in node.iter_child_nodes():
        yield from forbidden(child, depth)


@pass_context
def _shown(context: Context, value: object) -> object:
    """What a value looks like when printed. Plain words take one line; only Rich has lines of its own."""
    if isinstance(value, Rich):
        slots: list[Rich] = context[_SLOTS]
        slots.append(value)
        return Markup(f'<{markup.SLOT} n="{len(slots) - 1}">')  # noqa: S704 the number is ours
    if isinstance(value, jinja2.Undefined):
        return str(value)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise jinja2.TemplateRuntimeError(f"{value!r} is not words: test it with if, or use a filter")
    return _CONTROLS.sub("", _LINES.sub(" ", str(value)))


def _elapsed(moment: datetime, now: datetime | None, _zone: tzinfo, labels: Labels) -> str:
    return times.duration(_checked(now, datetime) - moment, labels)


def _timed(say: Callable[[datetime, datetime | None, tzinfo, Labels], str], labels: Labels) -> Callable[..., str]:
    @pass_context
    def said(context: Context, moment: object) -> str:
        return say(_checked(moment, datetime), context.get("now"), context[_ZONE], labels)

    return said


def _checked(value: object, kind: type[_T]) -> _T:
    if not isinstance(value, kind):
        raise jinja2.TemplateRuntimeError(f"{value!r} is not a {kind.__name__}: test it with if first")
    return value
