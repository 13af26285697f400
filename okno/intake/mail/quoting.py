"""The new words of a letter, parted from what it quotes and from signatures. Line by line; when in doubt the text stays
whole.
"""

import re
from itertools import groupby, pairwise

from okno.intake.mail import attributions, blocks, separators, signatures
from okno.intake.mail.marked import Marked

_OWN, _QUOTED, _LEAD, _REST, _SIGNATURE = "own", "quoted", "lead", "rest", "signature"
_GAP = re.compile(r"\n{3,}")  # where a quotation stood
_NEAR = 3  # lines between "Ann wrote:" and the quotation
_RULE = re.compile(r"\s*(?:[-–—_=*]{3,}.{0,60}?[-–—_=*]{3,}|[-–—_=]{5,})\s*")
_LONG_SIGNATURE = 30  # lines; one with a lawyer's words
_MOST_LINES = 50_000  # no letter is longer; a log is
_MOST_TRIED = 1_000  # lines looked at closely; a letter has a few
_WRAPPED = 60  # a line this long was broken by a program


def new_words(body: Marked) -> str:
    """The text without quotation and signature; all of it when nothing would be left, or when answers stand between
    quoted lines.
    """
    if len(body.lines) > _MOST_LINES:
        return body.text
    kinds = _Reading(body).kinds()
    if _interleaved(kinds, body.lines):
        return body.text
    own = [line for line, kind in zip(body.lines, kinds, strict=True) if kind == _OWN]
    text = _GAP.sub("\n\n", "\n".join(signatures.below(signatures.above(own)))).strip("\n")
    return text if text.strip() else body.text


def _interleaved(kinds: list[str], lines: tuple[str, ...]) -> bool:
    """Own words below a quotation that nothing announces, or between two quotations, make sense only with them."""
    runs = [kind for kind, _ in groupby(kind for kind, line in zip(kinds, lines, strict=True) if line.strip())]
    said = [kind for kind in runs if kind != _LEAD]
    between = any(said[place : place + 3] == [_QUOTED, _OWN, _QUOTED] for place in range(len(said) - 2))
    bare = any(
        pair == (_QUOTED, _OWN) and runs[place - 1 : place] != [_LEAD] for place, pair in enumerate(pairwise(runs))
    )
    return between or bare


def _is_quoted(line: str) -> bool:
    return line.startswith((">", " >")) and not attributions.ends_bracket(line)


class _Reading:
    """Each line's kind, found from the top: own words, quoted lines, the line that announces them, the rest that is
    another letter.
    """

    def __init__(self, body: Marked) -> None:
        self._lines = body.lines
        self._kinds = [_QUOTED if _is_quoted(line) else _OWN for line in body.lines]
        self._tried = 0
        for place in body.quoted:
            self._kinds[place] = _QUOTED
        for place in body.signature:
            self._kinds[place] = _SIGNATURE

    def kinds(self) -> list[str]:
        self._mend()
        self._announced_inside()
        self._signed_below()
        for place, line in enumerate(self._lines):
            if self._kinds[place] != _OWN or not line.strip():
                continue
            start = self._begins_other(place)
            if start is not None:
                self._kinds[start:] = [_REST] * (len(self._lines) - start)
                break
        return self._kinds

    def _mend(self) -> None:
        """A short line between two quoted ones is the end of the first, torn off by a program that wrapped it."""
        if _QUOTED not in self._kinds:
            return
        for place in range(1, len(self._lines) - 1):
            line = self._lines[place]
            if self._kinds[place - 1 : place + 2] == [_QUOTED, _OWN, _QUOTED] and line[:1].islower():
                above = self._lines[place - 1]
                self._kinds[place] = _QUOTED if len(above) >= _WRAPPED and above[-1] not in ".!?:" else _OWN

    def _announced_inside(self) -> None:
        """Apple Mail and Open-Xchange put "Ann wrote:" and "Begin forwarded message:" inside the quotation."""
        before = ""
        for place, kind in enumerate(self._kinds):
            if kind == _QUOTED and before != _QUOTED and self._tried < _MOST_TRIED:
                self._tried += 1
                inside = [line.lstrip("> ") for line in self._lines[place : place + _NEAR]]
                ends = (
                    end
                    for end, line in enumerate(inside)
                    if line and attributions.read(inside, end, quoted_next=True) == 0
                )
                end = 0 if inside and separators.read(inside[0]) else next(ends, -1)
                self._kinds[place : place + end + 1] = [_LEAD] * (end + 1)
            before = kind if self._lines[place].strip() else before

    def _signed_below(self) -> None:
        """A signature under the quotation is no answer to it."""
        last = max((place for place, kind in enumerate(self._kinds) if kind == _QUOTED), default=-1) + 1
        if last and not signatures.below(list(self._lines[last:]), longest=_LONG_SIGNATURE):
            self._kinds[last:] = [_SIGNATURE] * (len(self._kinds) - last)

    def _begins_other(self, place: int) -> int | None:
        """Where another letter begins that lasts to the end; None when it does not begin here.

        An attribution above quoted lines is only marked: what comes below them may be the answer.
        """
        if separators.read(self._lines[place]):
            return place
        if self._block(place):
            return self._with_rule(place)
        if not attributions.could_end(self._lines[place]) or self._tried > _MOST_TRIED:
            return None
        self._tried += 1
        quoted_next = self._quoted_next(place)
        start = attributions.read(self._lines, place, quoted_next=quoted_next)
        if start is None:
            return None
        start = self._with_recipients(start)
        if not quoted_next:
            return start
        self._kinds[start : place + 1] = [_LEAD] * (place + 1 - start)
        return None

    def _block(self, place: int) -> bool:
        if not blocks.label(self._lines[place]) or self._tried > _MOST_TRIED:
            return False
        self._tried += 1
        block = blocks.read(self._lines, place)
        return block is not None and block.certain

    def _with_rule(self, place: int) -> int:
        """A block's start, with the line of dashes above it, whatever words stand in that."""
        above = place - 1
        while above > 0 and not self._lines[above].strip():
            above -= 1
        return above if above >= 0 and _RULE.fullmatch(self._lines[above][: _WRAPPED * 2]) else place

    def _quoted_next(self, place: int) -> bool:
        for below in range(place + 1, min(len(self._lines), place + 1 + _NEAR)):
            if self._lines[below].strip():
                return self._kinds[below] == _QUOTED
        return False

    def _with_recipients(self, start: int) -> int:
        """Yandex on a phone writes "Кому: …" and "Тема: …" above its attribution."""
        while start and (found := blocks.label(self._lines[start - 1])) and found[0] in {"to", "cc", "subject"}:
            start -= 1
        return start
