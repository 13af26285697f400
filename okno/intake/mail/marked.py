"""A body as lines with what its markup told of them; what is quotation by its words is decided in quoting."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    lines: tuple[str, ...] = ()
    quoted: frozenset[int] = frozenset()  # line numbers the markup calls quotation, besides those that begin with ">"
    signature: frozenset[int] = frozenset()

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip("\n")

    def __bool__(self) -> bool:
        return any(self.lines)


def join(bodies: Sequence[Marked]) -> Marked:
    """One body after another, with an empty line between."""
    lines: list[str] = []
    quoted: set[int] = set()
    signature: set[int] = set()
    for body in bodies:
        if not body:
            continue
        lines += [""] if lines else []
        quoted.update(len(lines) + line for line in body.quoted)
        signature.update(len(lines) + line for line in body.signature)
        lines += body.lines
    return Marked(lines=tuple(lines), quoted=frozenset(quoted), signature=frozenset(signature))


def plain(text: str) -> Marked:
    lines = [line.rstrip() for line in text.strip("\n").split("\n")]
    return Marked(lines=tuple(lines)) if any(lines) else Marked()
