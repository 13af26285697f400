"""The line a client writes above a quotation ("Ann wrote:"), one to four lines long, told from a person's sentence."""

import re
from collections.abc import Sequence

_WROTE = frozenset(
    "wrote writes said sent написал написала написали пишет писал писала писали написав пише писав schrieb schrieben"
    " geschrieben schreibt écrit ecrit escribió escribio scritto scrive escreveu napisał napisała pisze schreef"
    " geschreven skrev skriver kirjoitti napsal napísal írta yazdı napisao napisala scris 写道".split()
)
_LETTERS = re.compile(r"[^\W\d_]+")
_AFTER_VERB = re.compile(r"(?:\((?:а|-?ла|a)\)|uhr|[\s:：.>*-])*$", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>@()\[\]]{1,64}@[^\s<>@()\[\]]{1,255}")
_ADDRESS_LAST = re.compile(r"[<(\[]\s*(?:mailto:)?[^\s<>@()\[\]]{1,64}@[^\s<>@]{1,255}\s*[>)\]]+\s*\**\s*[:：]?\s*$")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2}(?!\d)")
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.]\d\d(?!\d)")
_MONTHS = "|".join(
    "jan feb mar apr may jun jul aug sep oct nov dec янв фев мар апр ма[йя] июн июл авг сен окт ноя дек січ лют бер кві"
    " тра чер лип сер вер жов лис гру mär mai okt dez janv févr avr juin juil août déc ene abr ago dic gen mag giu lug"
    " set ott fev out sty lut kwi maj cze lip sie wrz paź lis gru".split()
)
_DAYS = "|".join(
    "пн вт ср чт пт сб вс нд понедельник вторник среда четверг пятница суббота воскресенье понеділок вівторок середа"
    " четвер пʼятниця п'ятниця субота неділя mon tue wed thu fri sat sun lun mar mer jeu ven sam dim lu ma mi jue vie"
    " sáb dom gio sab seg ter qua qui sex mo di do fr sa so pon wt śr czw pt sob niedz".split()
)
_NUMBERS = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
_DAY_MONTH = rf"\d{{1,2}}(?:st|nd|rd|th|er|º)?\.?[\s-](?:de\s+)?(?:{_MONTHS})"
_MONTH_DAY = rf"(?:{_MONTHS}|{_DAYS})\w*\.?,?\s+\d{{1,2}}"
# How programs begin such a line. A person rarely starts a sentence with a full date and a time.
_HEAD = re.compile(
    r"[\s\-*>]*(?:(?:on|at|le|am|el|il(?: giorno)?|em|a|op|den|in data|w dniu|dnia|dne|в|у|во)\s+)?"
    rf"(?:(?:{_DAYS})\w*\.?,?\s+)?(?:в\s+)?(?:{_NUMBERS}|{_DAY_MONTH}|{_MONTH_DAY})",
    re.IGNORECASE,
)
_PERSON = re.compile(r"(?<!\w)(?:я|мы|он|она|они|мне|нам|ему|ей|вам|тебе|i|we|he|she|they|me|us)(?!\w)", re.IGNORECASE)
_THE_BAT = re.compile(r"\s*(?:вы писали|ви писали|you wrote)\b.*\d.*[:：]\s*$", re.IGNORECASE)
_DASHED = re.compile(r"\s*-{2,}.*[^\s-]\s*-{2,}\s*$")
_NAMED = re.compile(r"[\s\-*]*(?:\"[^\"]{1,80}\"|(?:[^<>()\[\]:!?]|\d:(?=\d)){0,80}?)\s*[<(\[]")
_NAME_WROTE = re.compile(r"(?:[^\W\d_a-zа-я]\S*\s+){1,4}\S{4,14}\s*[:：]")
_BRACKET_END = re.compile(r">\s*([^\W\d_]{0,14})(?:\([\w-]{1,4}\))?\s*[:：]\s*")
_LONGEST = 500  # of the whole, in characters
_MOST_LINES = 4
_SHORT = 120


def read(lines: Sequence[str], end: int, *, quoted_next: bool) -> int | None:
    """Where the attribution begins whose last line is `end`; None when that line ends none.

    `quoted_next`: what stands below is marked as quotation, which makes weak evidence enough.
    """
    if not could_end(lines[end]):
        return None
    text = ""
    for start in range(end, max(-1, end - _MOST_LINES), -1):
        line = lines[start].strip()
        if not line or (line.startswith(">") and not ends_bracket(line)) or len(text) + len(line) > _LONGEST:
            return None
        text = f"{line} {text}".strip()
        if _is_one(text, quoted_next=quoted_next):
            return _head(lines, start, end)
    return None


def could_end(line: str) -> bool:
    """Cheap, for it is asked of every line."""
    last = line[-_SHORT:].rstrip(" *\xa0")
    return last.endswith((":", "：", ">", "--")) or (
        last[-1:].isalpha() and _LETTERS.findall(last)[-1].lower() in _WROTE
    )


def ends_bracket(line: str) -> bool:
    """Whether the ">" that begins the line only closes the bracket of an address above: "<ann@example.com" and ">:"."""
    found = _BRACKET_END.fullmatch(line) if len(line) < _SHORT else None
    return found is not None and (not found[1] or found[1].lower() in _WROTE)


def _verb(text: str) -> bool:
    return not _WROTE.isdisjoint(_LETTERS.findall(text.lower()))


def _verb_last(text: str) -> bool:
    found = _AFTER_VERB.search(text[-_SHORT:])
    words = _LETTERS.findall(text[-_SHORT:][: found.start()] if found else text)
    return bool(words) and words[-1].lower() in _WROTE


def _is_one(text: str, *, quoted_next: bool) -> bool:
    verb = _verb(text)
    if verb and _DASHED.match(text):
        return True
    if not quoted_next and _PERSON.search(_ADDRESS.sub("", text)):
        return False
    return (verb or bool(_YEAR.search(text))) and _has_evidence(text, verb=verb, quoted_next=quoted_next)


def _has_evidence(text: str, *, verb: bool, quoted_next: bool) -> bool:
    address, head = _ADDRESS.search(text), bool(_HEAD.match(text))
    dated, timed = bool(_YEAR.search(text)), bool(_TIME.search(text))
    if dated and timed and (quoted_next or text.endswith((":", "："))) and _ADDRESS_LAST.search(text):
        return head or quoted_next or text[0].isdigit() or bool(_NAMED.match(text))
    if verb and address:
        # "Ann (ann@example.com) wrote:" is also what a person writes; the brackets of an address are a program's.
        written = quoted_next or "<" in text or (dated and timed)
        return written and (head or quoted_next or bool(_NAMED.match(text))) and (dated or _verb_last(text))
    if quoted_next:
        return _above_quotation(text, said=verb, dated=dated or timed, head=head or address is not None)
    return bool(_THE_BAT.match(text)) or (head and dated and timed and _verb_last(text))


def _above_quotation(text: str, *, said: bool, dated: bool, head: bool) -> bool:
    if said:
        return dated or (bool(_NAME_WROTE.fullmatch(text)) and _verb_last(text))
    return dated and head and text.endswith((":", ">"))


def _head(lines: Sequence[str], start: int, end: int) -> int:
    """The first line of an attribution already known by its last lines: it may begin above, where the date or the name
    stands.
    """
    text = " ".join(line.strip() for line in lines[start : end + 1])
    for above in range(start - 1, max(-1, end - _MOST_LINES - 1), -1):
        line = lines[above].strip()
        lacks_name = text.startswith(("<", "("))
        if not line and lacks_name:
            continue
        if not line or line.startswith(">") or (_HEAD.match(lines[start]) and _verb(text)):
            break
        lacks_verb = not _verb(text) and _verb(line)
        if lacks_name or lacks_verb or _HEAD.match(line):
            start, text = above, f"{line} {text}"
    return start
