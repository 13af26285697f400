"""Mails as they lie in files: one in a file (.eml), many in one (mbox), a folder (maildir), or standard input.

They are found one after the other and read one at a time, so that an archive of any size needs no memory.
"""

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

STDIN: Final = Path("-")
_FROM: Final = b"From "
_PIECE: Final = 1 << 20
_LONGEST_LINE: Final = 2_000
_DAYS: Final = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTHS: Final = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
# RFC 4155: the sender, then asctime; some programs write a zone before the year.
_DATED: Final = re.compile(rb"From .*\b%b %b +\d{1,2} \d\d?:\d\d(?::\d\d)? .*\d{4}" % (_DAYS, _MONTHS))
_ESCAPED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """`source` is the file as it was named, `index` the place in an mbox, from 1."""

    source: str
    path: Path
    start: int = 0
    size: int
    index: int | None = None

    def read(self, most: int) -> bytes:
        """So many bytes of it at most. Raises OSError."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            raw = file.read(min(self.size, most))
        return raw if self.index is None else _unescaped(raw)

    def copy(self, to: BinaryIO) -> None:
        """All of it, byte by byte as it lies there."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            left = self.size
            while left > 0 and (piece := file.read(min(left, _PIECE))):
                to.write(piece)
                left -= len(piece)


@contextmanager
def opened(paths: Sequence[Path]) -> Iterator[list[tuple[str, Path]]]:
    """Each source by its name, files alone: folders are listed, standard input is kept in a file meanwhile."""
    with tempfile.TemporaryDirectory(prefix="okno-") as folder:
        found: list[tuple[str, Path]] = []
        for path in paths:
            if path == STDIN:
                found.append(("-", _kept(Path(folder) / f"stdin{len(found)}")))
            elif path.is_dir():
                found += [(str(one), one) for one in _listed(path)]
            else:
                found.append((str(path), path))
        yield found


def letters(sources: Sequence[tuple[str, Path]]) -> Iterator[Letter]:
    """In order. A file that cannot be looked into is one letter, whose reading tells why."""
    for name, path in sources:
        try:
            size = path.stat().st_size
            with path.open("rb") as file:
                head = file.read(_LONGEST_LINE)
                if head.startswith(_FROM):
                    yield from _of_mbox(name, path, file, size)
                    continue
        except OSError:
            size = 0
        yield Letter(source=name, path=path, size=size)


def _kept(place: Path) -> Path:
    with place.open("xb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return place


def _listed(folder: Path) -> list[Path]:
    """A maildir's names begin with the time of arrival. Any other folder is looked through for .eml files."""
    parts = [folder / name for name in ("cur", "new") if (folder / name).is_dir()]
    files = [path for part in parts for path in part.iterdir() if not path.name.startswith(".")]
    if not parts:
        files = list(folder.glob("*.eml"))
    return sorted((path for path in files if path.is_file()), key=lambda path: path.name)


def _of_mbox(name: str, path: Path, file: BinaryIO, size: int) -> Iterator[Letter]:
    index, begun = 0, -1
    for line, mail in _marks(file):
        if begun >= 0:
            index += 1
            yield Letter(source=name, path=path, start=begun, size=line - begun, index=index)
        begun = mail
    if begun >= 0:
        yield Letter(source=name, path=path, start=begun, size=size - begun, index=index + 1)


def _marks(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Where each line that begins a mail begins, and where the mail behind it does."""
    file.seek(0)
    dated = _DATED.match(file.readline(_LONGEST_LINE)) is not None
    file.seek(0)
    data, base = b"\n", -1  # so that the first line has an end before it like the others
    while piece := file.read(_PIECE):
        data += piece
        at = 0
        while (found := data.find(b"\n" + _FROM, at)) >= 0:
            end = data.find(b"\n", found + 1)
            if end < 0 and len(data) - found < _LONGEST_LINE:
                break
            if end >= 0 and _begins(data, found, end, dated=dated):
                yield base + found + 1, base + end + 1
            at = found + 1
        # What may be the beginning of such a line, and the end of the line before it.
        keep = max(at, (found if found >= 0 else len(data) - len(_FROM)) - len(b"\r\n\r"))
        data, base = data[keep:], base + keep


def _begins(data: bytes, found: int, end: int, *, dated: bool) -> bool:
    """People begin lines with "From" too. Where the first one has a date all have; else an empty line stands before."""
    if dated:
        return _DATED.match(data, found + 1, end) is not None
    return data[max(found - 2, 0) : found].rstrip(b"\r").endswith(b"\n") or found == 0


def _unescaped(raw: bytes) -> bytes:
    """Without the empty line that ends it in an mbox, and without the signs before its own lines "From "."""
    for end in (b"\r\n\r\n", b"\n\n"):
        if raw.endswith(end):
            raw = raw[: -len(end) // 2]
            break
    return _ESCAPED.sub(rb"\1", raw)
