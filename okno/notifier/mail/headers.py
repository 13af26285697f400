"""Header lines as bytes, folded only where a reader joins them without loss. Which ones a mail has, compose says."""

from collections.abc import Iterable
from typing import Final

from okno.notifier.mail.addresses import Addressee, wire
from okno.notifier.mail.words import MAX_NAME, is_plain, one_line, pieces

Header = tuple[str, bytes]

LINE: Final = 76  # RFC 2047 section 2, the strictest of the limits
CRLF: Final = b"\r\n"


def text(name: str, value: str) -> Header:
    return name, folded(name, pieces(one_line(value), name))


def people(name: str, addressees: Iterable[Addressee]) -> Header:
    """Addresses with their names; a line is broken after a comma or inside an encoded name, never inside an address."""
    parts: list[str] = []
    for addressee in addressees:
        if parts:
            parts[-1] += ","
        parts += _person(name, addressee)
    return name, folded(name, parts)


def ids(name: str, values: Iterable[str]) -> Header:
    """Message-IDs, broken only between them and never encoded: Outlook loses the thread otherwise (cpython 100991)."""
    return name, folded(name, [f" {value}" for value in values])


def plain(name: str, value: str) -> Header:
    """A value that is ASCII by construction and stays on one line."""
    return name, folded(name, [f" {value}"])


def parameters(name: str, value: str, listed: Iterable[str]) -> Header:
    return name, folded(name, [f" {value}", *(f"; {each}" for each in listed)])


def folded(name: str, parts: Iterable[str]) -> bytes:
    """`Name:` and its pieces. A piece brings its own leading space, which is what a folded line begins with."""
    lines = [f"{name}:"]
    for number, part in enumerate(parts):
        mark, rest = part[: part.find(" ")], part[part.find(" ") :]
        lines[-1] += mark
        # The first piece stays beside the name: some servers drop a header whose first line is empty.
        if number and len(lines[-1]) + len(rest) > LINE:
            lines.append(rest)
        else:
            lines[-1] += rest
    return CRLF.join(line.encode("utf-8") for line in lines) + CRLF


def _person(header: str, addressee: Addressee) -> list[str]:
    address, name = wire(addressee.address), one_line(addressee.name, MAX_NAME)
    if not name:
        return [f" {address}"]
    if is_plain(name):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return [f' "{escaped}"', f" <{address}>"]
    return [*pieces(name, header), f" <{address}>"]
