"""The MIME parts of a mail, found in one pass over its bytes, whatever their number and depth. Nothing is decoded.

The standard library's parser is not used: it tries the delimiters of all open parts on each line (300 nested parts over
200 kB take 3.3 s, more of them meet the recursion limit), and 1 MB of attachment costs it 18 ms against 1.
"""

from collections.abc import Container
from dataclasses import dataclass, field

from okno.intake.mail import headers as fields
from okno.intake.mail import parameters, transfer
from okno.intake.mail.headers import Headers
from okno.intake.mail.limits import DEPTH, PARTS

_CANDIDATES = 300_000  # lines that begin like a delimiter; a second's work
_LONGEST = 300  # characters of a delimiter line; RFC 2046 allows 72


@dataclass(kw_only=True, slots=True)
class Part:
    raw: bytes = field(repr=False)
    headers: Headers
    type: str  # in small letters; text/plain when the part does not say
    about: dict[str, str]  # parameters of Content-Type
    disposition: str
    placed: dict[str, str]  # parameters of Content-Disposition
    start: int
    end: int
    children: list["Part"] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        """As it travelled."""
        return self.raw[self.start : self.end]

    def content(self) -> tuple[bytes, str]:
        """Decoded, and a warning or ""."""
        return transfer.decode(self.body, self.headers.raw("content-transfer-encoding"))

    @property
    def multiple(self) -> bool:
        return self.type.startswith("multipart/") and bool(self.children)

    @property
    def content_id(self) -> str:
        return self.headers.raw("content-id").strip("<> \t")


def split(raw: bytes) -> tuple[Part, tuple[str, ...]]:
    """The tree of parts, and warnings. An attached mail stays closed: it is one leaf."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    splitter = _Splitter(raw)
    return splitter.root, splitter.run()


class _Splitter:
    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._open: list[Part] = []
        self._levels: dict[bytes, int] = {}  # delimiter of an open multipart → its place in _open
        self._leaf: Part | None = None
        self._count = 0
        self._warnings: dict[str, None] = {}
        self.root = self._begin(0)

    def run(self) -> tuple[str, ...]:
        place = max(self.root.start - 1, 0)
        for _ in range(_CANDIDATES):
            place = self._raw.find(b"\n--", place) if self._open else -1
            if place < 0:
                break
            place = self._delimiter(place)
        return tuple(self._warnings)

    def _delimiter(self, place: int) -> int:
        """Acts on the line after `place` if it parts something; returns where to look on."""
        end = self._raw.find(b"\n", place + 1)
        end = len(self._raw) if end < 0 else end
        if end - place > _LONGEST:
            return end
        mark = self._raw[place + 3 : end].rstrip()
        level = self._levels.get(mark)
        if level is not None:
            self._close(place, level + 1)
            return self._next(end)
        level = self._levels.get(mark[:-2]) if mark.endswith(b"--") else None
        if level is not None:
            self._close(place, level)
        return end

    def _next(self, end: int) -> int:
        if self._count >= PARTS:
            self._close(len(self._raw), 0)
            self._warnings[f"parts: only the first {PARTS} are shown"] = None
            return end
        parent = self._open[-1]
        child = self._begin(min(end + 1, len(self._raw)), digest=parent.type == "multipart/digest")
        parent.children.append(child)
        return max(end, child.start - 1)

    def _close(self, place: int, level: int) -> None:
        """Ends the part being read, and the multiparts from `level` inwards."""
        place -= self._raw[place - 1 : place] == b"\r"
        for part in (*self._open[level:], *([self._leaf] if self._leaf else [])):
            part.end = max(part.start, place)
        self._leaf = None
        del self._open[level:]
        self._number()

    def _begin(self, start: int, *, digest: bool = False) -> Part:
        self._count += 1
        part = _part(self._raw, start, self._levels, "message/rfc822" if digest else "text/plain")
        if part.headers.cut:
            self._warnings["headers: too long, cut"] = None
        boundary = part.about.get("boundary", "") if part.type.startswith("multipart/") else ""
        if boundary and len(self._open) >= DEPTH:
            self._warnings[f"parts: nested deeper than {DEPTH}, left closed"] = None
            boundary = ""
        if boundary:
            self._open.append(part)
            self._number()
        else:
            self._leaf = part
        return part

    def _number(self) -> None:
        self._levels = {
            part.about["boundary"].rstrip().encode("utf-8", "replace"): level for level, part in enumerate(self._open)
        }


def _part(raw: bytes, start: int, delimiters: Container[bytes], default: str) -> Part:
    headers, body = fields.parse(raw, start, len(raw), delimiters)
    kind, about = parameters.parse(headers.raw("content-type"))
    disposition, placed = parameters.parse(headers.raw("content-disposition"))
    return Part(
        raw=raw,
        headers=headers,
        type=kind if kind.count("/") == 1 and not kind.startswith("/") else default,
        about=about,
        disposition=disposition,
        placed=placed,
        start=body,
        end=len(raw),
    )
