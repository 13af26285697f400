"""Where lines break when HTML is written as text: the state between two nodes. Which nodes are seen is decided in
markup.
"""

import re
from collections.abc import Callable
from functools import partial

from okno.intake.mail.marked import Marked

# Noncharacters of Unicode: no text may hold them, so they can stand for our marks until the lines are made.
_QUOTE, _SOFT, _UNQUOTE, _REST, _SIGN, _UNSIGN = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3", "\ufdd4", "\ufdd5"
_MARKS = re.compile("[\ufdd0-\ufdd5]")
_UNSEEN = str.maketrans("", "", "\u200b\ufeff\u034f\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4\ufdd5")
_DEEPEST_SHOWN = 8  # signs ">" before a line

_LINES = "address article aside body center dd details dir div dt fieldset figure footer form header html legend main"
_LINES += " menu nav option section summary tbody tfoot thead tr"
_PARAGRAPHS = "h1 h2 h3 h4 h5 h6 table hr dl blockquote"
_TIGHT = re.compile(r"margin(?:-top|-bottom)?\s*:\s*0", re.IGNORECASE)
_QUOTED = re.compile(
    r"gmail_quote|moz-quote|protonmail_quote|tutanota_quote|wmi-quote|mailru-blockquote", re.IGNORECASE
)
_REST_NAMES = re.compile(
    r"\b(?:x_)*(?:divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|mail-editor-reference-message-container|yahoo_quoted"
    r"|zmail_extra|ms-outlook-mobile-reference-message|hmquote|AppleOriginalContents)\b",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"\b(?:x_)*(?:gmail_signature|gmail_signature_prefix|moz-signature|Signature|ms-outlook-mobile-signature"
    r"|AppleMailSignature|protonmail_signature_block|yahoo_signature)(?!-)\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"(?:https?|ftp)://|mailto:|tel:", re.IGNORECASE)

Attributes = dict[str, str | None]
_Leave = Callable[[], None]


class Layout:
    def __init__(self) -> None:
        self._out: list[str] = []
        self._breaks = 2  # line ends since the last word
        self._space = False
        self._bullet = ""
        self._pre = 0
        self._lists: list[int | None] = []  # of each open list the next number; None for one without numbers
        self._open: list[tuple[_Leave, ...]] = []

    def text(self, text: str) -> None:
        if not text.isascii():
            text = text.translate(_UNSEEN)
        words = text.split()
        if self._pre:
            self._put(text)
        elif words:
            gap = " " if (self._space or text[0].isspace()) and not self._breaks else ""
            self._put(gap + " ".join(words))
            self._space = text[-1].isspace()
        elif "\xa0" in text:
            self._put("")  # the way of many editors to keep an empty line open
        else:
            self._space = self._space or bool(text)

    def enter(self, tag: str, about: Attributes) -> None:
        act = _ACTS.get(tag)
        leaves = (act(self, about) if act else None, self._marks(tag, about) if about or tag == "blockquote" else None)
        self._open.append(tuple(leave for leave in leaves if leave))

    def leave(self) -> None:
        for leave in reversed(self._open.pop()):
            leave()

    def finish(self) -> Marked:
        return _Lines("".join(self._out)).marked()

    def _put(self, text: str) -> None:
        if self._bullet:
            self._out.append(self._bullet)
            self._bullet = ""
        self._out.append(text)
        self._breaks = 0

    def _break(self) -> None:
        self._out.append("\n")
        self._breaks += 1
        self._space = False

    def _line(self) -> None:
        if not self._breaks:
            self._break()

    def _paragraph(self) -> None:
        while self._breaks < 2 and not self._bullet:  # noqa: PLR2004 - one to end the line, one left empty
            self._break()

    def _mark(self, mark: str) -> None:
        self._line()
        self._out.append(f"{mark}\n")

    def _marks(self, tag: str, about: Attributes) -> _Leave | None:
        """What the names of an element tell: quotation, signature, or that all the rest is the letter answered."""
        name = f"{about.get('id') or ''} {about.get('class') or ''}"
        if tag == "blockquote":
            cited = (about.get("type") or "").lower() == "cite" or "border-left" in (about.get("style") or "")
            return self._within(_QUOTE if cited or _QUOTED.search(name) else _SOFT, _UNQUOTE)
        if len(name) > 1 and _REST_NAMES.search(name):
            self._mark(_REST)
        elif (len(name) > 1 and _SIGNATURE.search(name)) or "data-signature-widget" in about:
            return self._within(_SIGN, _UNSIGN)
        return None

    def _within(self, mark: str, end: str) -> _Leave:
        self._mark(mark)
        return partial(self._mark, end)

    def _lines_of(self, _about: Attributes) -> _Leave:
        self._line()
        return self._line

    def _paragraph_of(self, _about: Attributes) -> _Leave:
        self._paragraph()
        return self._paragraph

    def _p(self, about: Attributes) -> _Leave:
        tight = (about.get("class") or "").startswith("Mso") or _TIGHT.search(about.get("style") or "")
        if not tight:
            return self._paragraph_of(about)
        self._line()
        return partial(self._tight_end, len(self._out))

    def _tight_end(self, start: int) -> None:
        """Outlook's way of an empty line is a paragraph with nothing in it."""
        if len(self._out) == start:
            self._break()
        self._line()

    def _br(self, _about: Attributes) -> None:
        self._break()

    def _cell(self, _about: Attributes) -> None:
        if not self._breaks:
            self._out.append("\t")
            self._space = False

    def _list(self, about: Attributes, *, number: bool) -> _Leave:
        start = about.get("start") or "1"
        (self._line if self._lists else self._paragraph)()
        self._lists.append((int(start) if start.isdecimal() and len(start) < 6 else 1) if number else None)  # noqa: PLR2004
        return self._list_end

    def _list_end(self) -> None:
        self._lists.pop()
        self._bullet = ""
        (self._line if self._lists else self._paragraph)()

    def _item(self, _about: Attributes) -> _Leave:
        self._line()
        number = self._lists[-1] if self._lists else None
        sign = "-" if number is None else f"{number}."
        if number is not None:
            self._lists[-1] = number + 1
        self._bullet = "  " * (min(len(self._lists), _DEEPEST_SHOWN) - 1) + sign + " "
        return self._line

    def _preformatted(self, _about: Attributes) -> _Leave:
        self._paragraph()
        self._pre += 1
        return self._preformatted_end

    def _preformatted_end(self) -> None:
        self._pre -= 1
        self._paragraph()

    def _image(self, about: Attributes) -> None:
        alt = " ".join((about.get("alt") or "").split())
        if alt and not _LINK.match(alt):
            self.text(f"[{alt}]")

    def _anchor(self, about: Attributes) -> _Leave | None:
        href = "".join((about.get("href") or "").split())
        return partial(self._anchor_end, href, len(self._out)) if _LINK.match(href) else None

    def _anchor_end(self, href: str, start: int) -> None:
        label = _MARKS.sub("", "".join(self._out[start:])).strip()
        if label and _bare(label) != _bare(href):
            self._put(f" ({href.removeprefix('mailto:').partition('?')[0] if href.startswith('mailto:') else href})")


_ACTS: dict[str, Callable[[Layout, Attributes], _Leave | None]] = {
    **dict.fromkeys(_LINES.split(), Layout._lines_of),
    **dict.fromkeys(_PARAGRAPHS.split(), Layout._paragraph_of),
    "p": Layout._p,
    "br": Layout._br,
    "td": Layout._cell,
    "th": Layout._cell,
    "ul": partial(Layout._list, number=False),
    "ol": partial(Layout._list, number=True),
    "li": Layout._item,
    "pre": Layout._preformatted,
    "img": Layout._image,
    "a": Layout._anchor,
}


def _bare(link: str) -> str:
    link = link.lower().removeprefix("mailto:").removeprefix("tel:").partition("://")[2] or link.lower().removeprefix(
        "mailto:"
    )
    return link.removeprefix("www.").rstrip("/")


class _Lines:
    """Text with marks, turned into lines that know where they stood."""

    def __init__(self, text: str) -> None:
        self._rows = text.split("\n")
        self._lines: list[str] = []
        self._quotes: list[bool] = []
        self._signing = 0
        self._rest = False

    def marked(self) -> Marked:
        quoted: set[int] = set()
        signature: set[int] = set()
        for row in self._rows:
            if row[:1] and "\ufdd0" <= row[0] <= "\ufdd5":
                self._turn(row[0])
            elif self._add(row.rstrip()):
                place = len(self._lines) - 1
                quoted.update([place] if self._rest else [])
                signature.update([place] if self._signing else [])
        while self._lines and not self._lines[-1]:
            self._lines.pop()
        kept = range(len(self._lines))
        return Marked(
            lines=tuple(self._lines),
            quoted=frozenset(quoted.intersection(kept)),
            signature=frozenset(signature.intersection(kept)),
        )

    def _add(self, row: str) -> bool:
        """Two empty lines never follow each other, and none comes first."""
        depth = min(sum(self._quotes), _DEEPEST_SHOWN)
        line = f"{'>' * depth} {row}".rstrip() if depth else row
        if not row and (not self._lines or self._lines[-1] == line or not self._lines[-1]):
            return False
        self._lines.append(line)
        return True

    def _turn(self, mark: str) -> None:
        if mark in {_QUOTE, _SOFT}:
            self._quotes.append(mark == _QUOTE or self._announced())
        elif mark == _UNQUOTE and self._quotes:
            self._quotes.pop()
            if self._lines and not self._lines[-1].strip(">"):
                self._lines[-1] = ""
        elif mark == _REST:
            self._rest = True
        elif mark in {_SIGN, _UNSIGN}:
            self._signing += 1 if mark == _SIGN else -1

    def _announced(self) -> bool:
        """Whether a plain blockquote comes after a line as "Ann wrote:", or inside one that is a quotation."""
        last = next((line for line in reversed(self._lines[-5:]) if line), "")
        return last.endswith(":") or any(self._quotes)
