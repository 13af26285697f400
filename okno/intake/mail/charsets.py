"""Bytes to words: what the mail declares, what it really is, and a text that any store can hold. No headers."""

import codecs
import re
from functools import lru_cache

from okno.intake.mail import japanese

# What a name says and what is meant by it: the superset mailers really write.
_MEANT = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "big5": "big5hkscs",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "tis-620": "cp874",
    "iso-8859-11": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "cp-850": "cp850",
    "x-cp1251": "cp1251",
    "x-mac-cyrillic": "mac-cyrillic",
    "iso-2022-jp": "iso2022_jp_ext",
    "csiso2022jp": "iso2022_jp_ext",
}
# Python calls these encodings; nobody writes a mail in them, and punycode is quadratic.
_REFUSED = {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
_WESTERN = {"cp1252", "cp1250", "cp1254", "cp1257", "iso8859-2", "iso8859-15", "cp437", "cp850"}
_CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic")
_SWAPPABLE = _WESTERN | set(_CYRILLIC) | {"koi8-u", "cp855"}
_PAIRS = re.compile("ст|но|то|на|ен|ов|ни|ра|во|ко|ер|ит|ро|пр|ет|ал|ре|по|не|ть|ли|да|ас|ка")
_NOT_LETTERS = re.compile("[а-яё][А-ЯЁ]|[\u2500-\u25a0№¤¦§©«»±µ¶·]")
_LONE = re.compile("[\ud800-\udfff]")
_LINE_ENDS = ("\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), " ")
_TORN = 4  # whole letters beyond ASCII for each torn one, at least
_HIGH = bytes(0x20 if code < 0x80 else code for code in range(256))  # noqa: PLR2004 - ASCII ends there
_SAMPLE = 512  # letters are counted here, not in all of a large text
_RUSSIAN = 12  # a frequent pair for each so many letters, at least
_LONGEST_NAME = 60
_MANY = 0.25  # of high bytes: more than any Western language has


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    """The words and the warning ("" when the declaration held); never raises."""
    if data.isascii() and not _escapes(data, declared):
        return data.decode("ascii"), ""
    codec = codec_of(declared[:_LONGEST_NAME])
    if codec is None:
        text, found = guess(data)
        surely = found == "utf-8" and not declared
        return text, "" if surely else f"charset: {declared[:40] or 'none declared'}, read as {found}"
    text, found = _as_declared(data, codec)
    return text, "" if found == codec else f"charset: {declared}, read as {found}"


def _escapes(data: bytes, declared: str) -> bool:
    """Whether these seven-bit bytes are more than ASCII: ISO-2022, HZ, UTF-7."""
    if b"\x1b" in data:
        return True
    return declared.lower() in {"utf-7", "unicode-1-1-utf-7", "hz-gb-2312", "hz", "utf-16", "utf-16le", "utf-16be"}


@lru_cache(maxsize=512)
def codec_of(declared: str) -> str | None:
    """The codec meant by a charset's name; None when there is no such thing."""
    name = declared.strip().strip("'\"").lower()
    name = _MEANT.get(name, name)
    try:
        found = codecs.lookup(name)
        b"ab".decode(name, "ignore")  # refuses those that are no text encodings, as `zip`
    except (LookupError, ValueError):
        return None
    return None if found.name.replace("-", "_") in _REFUSED else found.name


def _as_declared(data: bytes, codec: str) -> tuple[str, str]:
    swappable = codec in _SWAPPABLE
    if swappable and (text := _utf8(data)) is not None:
        return text, "utf-8"
    try:
        text = data.decode(codec) if codec != "utf-8" else _strict_utf8(data)
    except (UnicodeError, ValueError):
        return (japanese.decode(data), codec) if codec.startswith("iso2022_jp") else _despite(data, codec)
    if swappable and (better := _better_cyrillic(data, codec)):
        return data.decode(better, "replace"), better
    return text, codec


def _despite(data: bytes, codec: str) -> tuple[str, str]:
    """Bytes that break their declared charset: a few torn letters, or another charset altogether."""
    text = data.decode(codec, "replace")
    if codec not in _SWAPPABLE and text.count("\ufffd") * 50 < len(text):
        return text, codec
    guessed, found = guess(data)
    if found == "cp1252" and codec not in {"utf-8", "utf-16"}:
        return text, codec
    return guessed, found


def guess(data: bytes) -> tuple[str, str]:
    """Words of bytes nobody declared, and the codec they were read with."""
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(codec, "replace"), codec
    if b"\x1b$" in data or b"\x1b(" in data:
        return japanese.decode(data), "iso2022_jp"
    text = _utf8(data) or _mostly_utf8(data)
    if text is not None:
        return text, "utf-8"
    codec = _better_cyrillic(data, "cp1252") or "cp1252"
    return data.decode(codec, "replace"), codec


def _strict_utf8(data: bytes) -> str:
    """With halves of a letter written as letters (CESU-8, which Java programs send) put together again."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        halves = data.decode("utf-8", "surrogatepass")
        return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _mostly_utf8(data: bytes) -> str | None:
    """UTF-8 with a few torn letters, as where a relay cut a line."""
    text = data.decode("utf-8", "replace")
    torn = text.count("\ufffd")
    whole = len(text) - len(text.encode("ascii", "ignore")) - torn
    return text if whole > _TORN * torn else None


def _better_cyrillic(data: bytes, codec: str) -> str | None:
    """The Cyrillic charset that fits these bytes far better than `codec`; None when it is fine as it is."""
    sample = data[: 4 * _SAMPLE]
    high = sample.translate(_HIGH)
    letters = len(high) - high.count(b" ")
    if codec in _WESTERN and letters <= _MANY * (len(sample) - sample.count(b" ")):
        return None
    standing = max(_russian(high, codec), 0) if codec in _CYRILLIC else 0
    if standing * _RUSSIAN > letters:
        return None
    scores = {name: _russian(high, name) for name in _CYRILLIC}
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] > 2 * standing + 2 else None


def _russian(data: bytes, codec: str) -> int:
    """Frequent pairs of Russian letters, less what no Russian text holds."""
    text = data.decode(codec, "replace")
    return len(_PAIRS.findall(text.lower())) - len(_NOT_LETTERS.findall(text))


def clean(text: str) -> str:
    """A body any store can hold: one kind of line end, no NUL, no lone surrogates."""
    for end in _LINE_ENDS:
        text = text.replace(end, "\n")
    return mend(text.replace("\0", "\u2400").replace("\ufeff", ""))


def mend(text: str) -> str:
    """Lone surrogates, which no UTF-8 file or database takes, replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _LONE.sub("\ufffd", text)
    return text


def line(text: str) -> str:
    """A header's words: one line, no control characters, whatever an encoded word smuggled in."""
    if not text.isprintable():
        text = mend(text.replace("\0", "\u2400").translate(_CONTROLS))
    return " ".join(text.split()) if "  " in text or text[:1].isspace() or text[-1:].isspace() else text
