"""What a check found, and how words of errors become one."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`ok` with a problem is a note: nothing fails by it, but somebody should know."""

    what: str
    ok: bool = True
    problem: str | None = None
    advice: str | None = None


def fine(what: str) -> Finding:
    return Finding(what=what)


def note(what: str, problem: str, advice: str) -> Finding:
    return Finding(what=what, problem=problem, advice=advice)


def wrong(what: str, problem: str, advice: str) -> Finding:
    return Finding(what=what, ok=False, problem=problem, advice=advice)


def cut(words: str, advice: str) -> tuple[str, str]:
    """Our errors end in what to do, behind a semicolon; `advice` is for those that do not."""
    problem, semicolon, own = " ".join(words.split()).rpartition("; ")
    return (problem, own) if semicolon else (own, advice)
