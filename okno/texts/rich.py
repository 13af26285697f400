"""Words with their formatting, as Telegram takes them: a text and entities. Knows nothing of templates or languages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from okno.texts import breaks

ELLIPSIS: Final = "…"
_FIELDS: Final = frozenset({"type", "offset", "length"})


@dataclass(frozen=True, kw_only=True)
class Entity:
    """One piece of formatting (Bot API, MessageEntity). `offset` and `length` count UTF-16 units.

    `more` holds what only some kinds carry: url, user, language, custom_emoji_id.
    """

    type: str
    offset: int
    length: int
    more: tuple[tuple[str, Any], ...] = ()

    @property
    def end(self) -> int:
        return self.offset + self.length

    @property
    def url(self) -> str:
        return str(dict(self.more).get("url", ""))

    def as_telegram(self) -> dict[str, Any]:
        return {"type": self.type, "offset": self.offset, "length": self.length, **dict(self.more)}


@dataclass(frozen=True)
class Rich:
    """Raises ValueError for an entity that lies outside the text: Telegram would refuse the whole message."""

    text: str
    entities: tuple[Entity, ...] = ()

    def __post_init__(self) -> None:
        units = self.units
        for entity in self.entities:
            if entity.offset < 0 or entity.length < 1 or entity.end > units:
                raise ValueError(f"{entity} lies outside a text of {units} UTF-16 units")

    @classmethod
    def plain(cls, text: str) -> Self:
        return cls(text)

    @classmethod
    def mention(cls, name: str, user: int) -> Self:
        """A name that notifies its owner even without a @username."""
        who = {"id": user, "is_bot": False, "first_name": name}
        return cls(name, (Entity(type="text_mention", offset=0, length=_units(name), more=(("user", who),)),))

    @classmethod
    def from_telegram(cls, text: str, entities: Iterable[Mapping[str, Any]] = ()) -> Self:
        """From a stored message. What does not fit the text any more (somebody cleaned it) is cut or left out."""
        whole = _units(text)
        kept = []
        for raw in entities:
            start = max(int(raw["offset"]), 0)
            end = min(int(raw["offset"]) + int(raw["length"]), whole)
            if start < end:
                more = tuple((key, value) for key, value in raw.items() if key not in _FIELDS)
                kept.append(Entity(type=str(raw["type"]), offset=start, length=end - start, more=more))
        return cls(text, tuple(kept))

    @classmethod
    def join(cls, pieces: Iterable["Rich"], between: str = "\n\n") -> "Rich":
        joined = Rich("")
        for number, piece in enumerate(pieces):
            joined = joined + (Rich(between) if number else Rich("")) + piece
        return joined

    @property
    def units(self) -> int:
        """The length as Telegram counts it, in UTF-16 units."""
        return _units(self.text)

    def __bool__(self) -> bool:
        return bool(self.text.strip())

    def __add__(self, other: "Rich") -> "Rich":
        shift = self.units
        moved = tuple(replace(entity, offset=entity.offset + shift) for entity in other.entities)
        return Rich(self.text + other.text, self.entities + moved)

    def as_telegram(self) -> dict[str, Any]:
        return {"text": self.text, "entities": [entity.as_telegram() for entity in self.entities]}

    def stripped(self) -> "Rich":
        """Without white space around the text, entities moved along."""
        start = _units(self.text) - _units(self.text.lstrip())
        return self._piece(start, start + _units(self.text.strip()))

    def split(self, limit: int = 4096) -> list["Rich"]:
        """Pieces of at most `limit` UTF-16 units, ended at a paragraph, else a line, else a space.

        Only a word longer than the limit is cut. Formatting that spans a cut goes on behind it. A blank text has none.
        """
        if limit < breaks.LEAST:
            raise ValueError(f"a piece needs room for {breaks.LEAST} units at least, not {limit}")
        pieces, start, rest = [], 0, self.text
        while rest:
            window, after = _window(rest, limit)
            piece = window[: breaks.ending(window, after)] if after else window
            pieces.append(self._piece(start, start + _units(piece.rstrip())))
            gap = breaks.gap(rest[len(piece) :])
            start += _units(piece) + gap
            rest = rest[len(piece) + gap :]
        return [piece for piece in pieces if piece]

    def cut(self, limit: int) -> "Rich":
        """The text itself if it fits, else its beginning and an ellipsis, `limit` UTF-16 units in all."""
        if limit < 1:
            raise ValueError(f"cannot cut to {limit} units")
        if self.units <= limit:
            return self
        window, after = _window(self.text, limit - 1)
        kept = window[: breaks.word(window, after)].rstrip()
        return self._piece(0, _units(kept)) + Rich(ELLIPSIS)

    def written_out(self) -> str:
        """For a mail without formatting: where a link leads stands behind its words, quoted lines begin with "> "."""
        marks: list[tuple[int, str]] = []
        for entity in self.entities:
            words = _between(self.text, entity.offset, entity.end)
            if entity.type == "text_link" and entity.url not in (words, f"mailto:{words}"):
                marks.append((entity.end, f" ({entity.url})"))
            if entity.type in ("blockquote", "expandable_blockquote"):
                lines = [0, *(place + 1 for place, char in enumerate(words) if char == "\n")]
                marks += [(entity.offset + _units(words[:place]), "> ") for place in lines]
        written, done = "", 0
        for place, mark in sorted(marks, key=lambda one: one[0]):
            written += _between(self.text, done, place) + mark
            done = place
        return written + _between(self.text, done, self.units)

    def _piece(self, start: int, end: int) -> "Rich":
        inside = []
        for entity in self.entities:
            left, right = max(entity.offset, start), min(entity.end, end)
            if left < right:
                inside.append(replace(entity, offset=left - start, length=right - left))
        return Rich(_between(self.text, start, end), tuple(inside))


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _between(text: str, start: int, end: int) -> str:
    return text.encode("utf-16-le", "surrogatepass")[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")


def _window(text: str, limit: int) -> tuple[str, str]:
    """What fits in `limit` units without cutting a surrogate pair, and what follows it."""
    if _units(text[:limit]) <= limit:
        return text[:limit], text[limit:]
    room, count = limit, 0
    for char in text:
        room -= _units(char)
        if room < 0:
            break
        count += 1
    return text[:count], text[count:]
