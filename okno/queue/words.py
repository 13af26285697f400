"""The words of a text as the search knows them: lemmas and stems in plain tokens, the same for both databases.

It is not the search: FTS5 and tsvector('simple') keep what `index_words` gives and answer what `query_words` asks.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, islice
from threading import Lock
from typing import Any, Final

LIMIT: Final = 5_000  # a pasted log must not hold up intake: about a second at worst, when no word was seen before
ASKED: Final = 32
LONGEST: Final = 64  # a sha256 in hex fits
LONGEST_LEMMA: Final = 32
PLAUSIBLE: Final = 0.2  # of the likeliest reading's weight: банку is both банк and банка, стали is hardly сталь

_SIGNS: Final = re.compile("[№™℠]")  # they would unfold into letters, №5 into no5
# Accents, stress marks, the dots of ё, soft hyphens and zero-width signs; the breve of й stays.
_MARKS: Final = re.compile("[\u0300-\u0305\u0307-\u036f\u00ad\u200b-\u200d\u2060\ufeff]|(?<![иИ])\u0306")
_WORD: Final = re.compile("[^\\W_ʼ]+(?:['’ʼ`][^\\W_ʼ]+)*")
_ASKED_WORD: Final = re.compile(_WORD.pattern + "\\*?")
_APOSTROPHES: Final = re.compile("['’ʼ`]")
_CYRILLIC: Final = re.compile("[\u0400-\u052f]+")
_RUNS: Final = re.compile("[\u0400-\u052f]+|[^\u0400-\u052f]+")
_TO_LATIN: Final = str.maketrans("авекмнорстух", "abekmhopctyx")
_TO_CYRILLIC: Final = str.maketrans("abekmhopctyx", "авекмнорстух")
_SMALL_RUSSIAN: Final = frozenset({"PREP", "CONJ", "PRCL", "NPRO"})
_SMALL_ENGLISH: Final = frozenset(
    "a an and are as at be but by for from i in is it its my of on or our that the this to was we were with you".split()
)
_ANALYSIS: Final = Lock()  # the stemmer keeps its state in itself, and an analyzer must be built only once


@dataclass(frozen=True, kw_only=True, slots=True)
class _Word:
    """`kept` goes into the index, any of `asked` answers for the word, a `small` one is not asked for beside others."""

    kept: tuple[str, ...]
    asked: str
    small: bool


def index_words(text: str, limit: int = LIMIT) -> str:
    """Each token once, apart by spaces; of a huge text the first `limit` words."""
    return " ".join(dict.fromkeys(chain.from_iterable(_read(word).kept for word in _words(text, _WORD, limit))))


def query_words(text: str) -> list[str]:
    """What to look for, all of it. An entry is one word: its readings apart by spaces, a beginning written as `xk4*`.

    The least telling words (prepositions, conjunctions, pronouns) count only where nothing else was asked.
    """
    words = [_ask(word) for word in _words(text, _ASKED_WORD, ASKED)]
    telling = [word for word in words if not word.small] or words
    return list(dict.fromkeys(word.asked for word in telling))


def fts5_match(words: Iterable[str]) -> str:
    """The right side of MATCH; without words it finds nothing."""
    return _all_of(words, _fts5_term, " AND ", " OR ") or '""'


def tsquery(words: Iterable[str]) -> str:
    """For to_tsquery('simple', …); without words it finds nothing."""
    return _all_of(words, _tsquery_term, " & ", " | ")


def _all_of(words: Iterable[str], term: Callable[[str], str], every: str, either: str) -> str:
    readings = ([one for one in word.replace("\0", " ").split() if one != "*"] for word in words)
    return every.join(f"({either.join(map(term, some))})" for some in readings if some)


def _fts5_term(token: str) -> str:
    begin = token.removesuffix("*")
    return '"' + begin.replace('"', '""') + '"' + token[len(begin) :]


def _tsquery_term(token: str) -> str:
    begin = token.removesuffix("*")
    return "'" + begin.replace("\\", "\\\\").replace("'", "''") + "'" + (":*" if begin != token else "")


def _words(text: str, pattern: re.Pattern[str], limit: int) -> Iterator[str]:
    folded = _folded(text[: limit * LONGEST_LEMMA])
    return (found.group()[:LONGEST] for found in islice(pattern.finditer(folded), limit))


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    unfolded = unicodedata.normalize("NFKD", _SIGNS.sub(" ", text))
    return unicodedata.normalize("NFC", _MARKS.sub("", unfolded)).casefold()


def _ask(word: str) -> _Word:
    if not word.endswith("*"):
        return _read(word)
    begin = word.removesuffix("*")
    return _Word(kept=(), asked=f"{_runs(begin)[0]}* {_read(begin).asked}", small=False)


@lru_cache(maxsize=32_768)  # about 15 MB when full
def _read(word: str) -> _Word:
    runs = _runs(word)
    readings = [_readings(run) for run in runs]
    # Of a foreign word with a Russian ending hung on to it (WordPress'ом) the longer run is asked for.
    asked, small = readings[runs.index(max(runs, key=len))]
    return _Word(kept=tuple(chain.from_iterable(kept for kept, _ in readings)), asked=" ".join(asked), small=small)


def _runs(word: str) -> list[str]:
    """The word as it is; with letters of the wrong keyboard put right, as in 1С or cайт; or cut where scripts meet."""
    plain = _APOSTROPHES.sub("", word)
    if plain.isascii() or _CYRILLIC.fullmatch(plain):
        return [plain]
    latin, cyrillic = plain.translate(_TO_LATIN), plain.translate(_TO_CYRILLIC)
    if latin.isascii() and not plain.isalpha():
        return [latin]
    return [cyrillic] if _CYRILLIC.fullmatch(cyrillic) else _RUNS.findall(plain)


def _readings(run: str) -> tuple[tuple[str, ...], bool]:
    """The lemmas, likeliest first, and whether the word says little by itself."""
    if len(run) <= LONGEST_LEMMA:
        if _CYRILLIC.fullmatch(run):
            return _russian(run)
        if run.isascii() and run.isalpha():
            return (_english(run),), run in _SMALL_ENGLISH
    return (run,), False


def _russian(word: str) -> tuple[tuple[str, ...], bool]:
    with _ANALYSIS:
        parses = _morphology().parse(word)
    weights: defaultdict[str, float] = defaultdict(float)
    for _, _, lemma, score, _ in parses:
        weights[lemma.replace("ё", "е").replace("-", "")] += score
    least = PLAUSIBLE * max(weights.values())
    lemmas = sorted((lemma for lemma in weights if weights[lemma] >= least), key=weights.__getitem__, reverse=True)
    return tuple(lemmas), parses[0][1].POS in _SMALL_RUSSIAN


def _english(word: str) -> str:
    with _ANALYSIS:
        return str(_stemmer().stemWord(word))


@cache
def _morphology() -> Any:
    from pymorphy3 import MorphAnalyzer  # 0.1 s and 30 MB: only for a process that reads words

    return MorphAnalyzer(result_type=None)


@cache
def _stemmer() -> Any:
    from snowballstemmer import stemmer

    return stemmer("english")
