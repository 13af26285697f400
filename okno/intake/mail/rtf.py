"""RTF read for its words, or for the HTML that Outlook wrapped in it (MS-OXRTFEX). Fonts, colours and pictures are
passed over.
"""

import re
from dataclasses import dataclass, replace

from okno.intake.mail import charsets

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\'"
)
_WORD, _NUMBER, _HEX, _SYMBOL, _BRACE, _TEXT = range(1, 7)
_SILENT = frozenset(
    "fonttbl colortbl stylesheet info pict object datastore themedata generator header footer xmlnstbl listtable"
    " listoverridetable"
    " rsidtbl latentstyles filetbl".split()
)
_SIGNS = {
    "par": "\n",
    "line": "\n",
    "row": "\n",
    "tab": "\t",
    "cell": "\t",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
}
_SIGNS |= {"rdblquote": "”", "bullet": "•", "endash": "–", "emdash": "—", "emspace": " ", "enspace": " "}
_CODEPAGE = re.compile(rb"\\ansicpg(\d{3,5})")
_DEEPEST = 1_000


@dataclass(slots=True)
class _Group:
    silent: bool = False
    fallback: int = 1  # letters that stand in for each \u, for readers that know no Unicode


def read(data: bytes) -> tuple[str, bool]:
    """The text, and whether it is HTML."""
    codepage = _CODEPAGE.search(data[:2_000])
    wrapped = b"\\fromhtml" in data[:2_000]
    reader = _Reader(f"cp{int(codepage[1])}" if codepage else "cp1252", wrapped=wrapped)
    for token in _TOKEN.finditer(data.decode("latin-1")):
        reader.take(token)
    return reader.text(), wrapped


class _Reader:
    def __init__(self, codepage: str, *, wrapped: bool) -> None:
        self._codec = charsets.codec_of(codepage) or "cp1252"
        self._wrapped = wrapped
        self._rtf_only = False  # between \htmlrtf and \htmlrtf0: what the HTML says in its own way
        self._groups = [_Group()]
        self._optional = False  # after \*
        self._skip = 0
        self._bytes = bytearray()
        self._out: list[str] = []

    def text(self) -> str:
        self._settle()
        return "".join(self._out)

    def take(self, token: re.Match[str]) -> None:
        if token[_HEX]:
            self._letters(bytes([int(token[_HEX], 16)]))
        elif token[_TEXT]:
            self._letters(token[_TEXT].encode("latin-1"))
        elif token[_BRACE]:
            self._brace(token[_BRACE])
        elif token[_WORD]:
            self._word(token[_WORD], token[_NUMBER])
        elif token[_SYMBOL]:
            self._symbol(token[_SYMBOL])

    def _letters(self, letters: bytes) -> None:
        """Bytes of the code page, kept until a letter of two of them is whole."""
        skipped = min(self._skip, len(letters))
        self._skip -= skipped
        if self._heard():
            self._bytes += letters[skipped:]

    def _heard(self) -> bool:
        return not self._groups[-1].silent and not self._rtf_only

    def _settle(self) -> None:
        if self._bytes:
            self._out.append(self._bytes.decode(self._codec, "replace"))
            self._bytes.clear()

    def _put(self, text: str) -> None:
        self._settle()
        if self._heard():
            self._out.append(text)

    def _brace(self, brace: str) -> None:
        self._settle()
        self._optional, self._skip = False, 0
        if brace == "{" and len(self._groups) < _DEEPEST:
            self._groups.append(replace(self._groups[-1]))
        elif brace == "}" and len(self._groups) > 1:
            self._groups.pop()

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._optional = True
        elif symbol in "\\{}":
            self._put(symbol)
        elif symbol == "~":
            self._put("\xa0")

    def _word(self, word: str, number: str | None) -> None:
        optional, self._optional = self._optional, False
        if word == "htmlrtf":
            self._settle()
            self._rtf_only = self._wrapped and number != "0"
        elif word == "u" and number:
            self._put(chr(int(number) & 0xFFFF))
            self._skip = self._groups[-1].fallback
        elif word == "uc" and number:
            self._groups[-1].fallback = min(abs(int(number)), 10)
        elif word in _SILENT or (optional and not (self._wrapped and word == "htmltag")):
            self._groups[-1].silent = True
        elif word in _SIGNS and not (self._wrapped and word == "tab"):
            self._put(_SIGNS[word])
