"""Which of our two languages a letter is written in, by its letters and a few words. Enough to answer in it."""

import re

from okno.intake.mail.values import Language

# In the bytes of windows-1251, which count faster than letters.
_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ".encode("cp1251")
_OTHER_CYRILLIC = "іїєґўђћџљњјІЇЄҐЎЂЋЏЉЊЈ".encode("cp1251")
_RUSSIAN_ONLY = "ыэъёЫЭЪЁ".encode("cp1251")
_LATIN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ENGLISH = frozenset(
    "the and is are you your we our this that with for have has can not please thanks thank hello hi dear of to in"
    " on it i my be from what"
    " how when regards best".split()
)
_WORD = re.compile(r"[a-zA-Z]{1,20}")
_LEAST = 0.3  # share of Cyrillic letters; Russian mails name many things in Latin
_SAMPLE = 2_000
_FEW = 3
_ENGLISH_SHARE = 12  # one known word among so many, at least


def language(text: str) -> Language:
    sample = text[:_SAMPLE]
    letters = sample.encode("cp1251", "replace")
    cyrillic, latin = _count(letters, _CYRILLIC), _count(letters, _LATIN)
    if cyrillic and cyrillic >= _LEAST * (cyrillic + latin):
        foreign = _count(letters, _OTHER_CYRILLIC)
        return "" if foreign and not _count(letters, _RUSSIAN_ONLY) else "ru"
    words = [word.lower() for word in _WORD.findall(sample)]
    known = sum(word in _ENGLISH for word in words)
    if len(words) <= _FEW:
        return "en" if words and sample.isascii() else ""
    return "en" if known * _ENGLISH_SHARE >= len(words) else ""


def _count(letters: bytes, wanted: bytes) -> int:
    return len(letters) - len(letters.translate(None, wanted))
