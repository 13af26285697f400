"""Marked-up text: lengths in UTF-16, entity offsets, trimming, and the entities Telegram finds by itself.

HTML is read next door; nothing here knows of messages.
"""

import re
from typing import Any

from okno.sandbox.telegram.html import parse_html
from okno.sandbox.telegram.refusal import bad

Json = dict[str, Any]
Marked = tuple[str, list[Json]]

MOST_BYTES = 1 << 15
MOST_OFFSET = 1_000_000
# One pass over the text for everything Telegram marks unasked; the order decides where two could match.
FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,:;!?)\]'»])"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{3,31})?)(?![\w/])"
    r"|(?<!\w)(?P<mention>@[A-Za-z]\w{3,31})(?!\w)"
    r"|(?<!\w)(?P<hashtag>#\w*[^\W\d]\w*)",
)
HINT = re.compile(r"[/@#]")
CLEANED = {code: " " for code in range(33) if code not in (10, 13)} | {13: None}


def utf16(text: str) -> int:
    """Length in UTF-16 code units, which is how Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def piece(text: str, offset: int, length: int) -> str:
    """What an entity with this offset and length covers."""
    return text.encode("utf-16-le")[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


def marked(text: str, parse_mode: str | None, entities: list[Json] | None) -> Marked:
    """Text and entities as a message would hold them; raises Refusal when the marks are wrong."""
    if _size(text) > MOST_BYTES:
        raise bad("text is too long")
    mode = (parse_mode or "none").lower()
    if mode == "html":
        text, entities = parse_html(text)
    elif mode in {"markdown", "markdownv2"}:
        raise bad("sandbox: Markdown is not built; use HTML or entities")
    elif mode != "none":
        raise bad("unsupported parse_mode")
    return settle(text, entities or [])


def settle(text: str, entities: list[Json]) -> Marked:
    """Cleaned and trimmed like Telegram does it, with what Telegram marks by itself added."""
    _size(text)
    if entities:
        check_offsets(text, entities)
    if not text.isprintable():
        text, entities = _clean(text, entities)
    text, entities = _trim(text, entities)
    entities = [entity for entity in entities if entity["length"]]
    if HINT.search(text):
        entities = _find(text, entities)
    return text, entities


def _size(text: str) -> int:
    """In bytes; JSON can carry half a character, which no message can."""
    try:
        return len(text) if text.isascii() else len(text.encode())
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None


def check_offsets(text: str, entities: list[Json]) -> None:
    size = utf16(text)
    starts = _starts(text)
    for entity in entities:
        offset, length = entity["offset"], entity["length"]
        if not 0 <= offset <= MOST_OFFSET:
            raise bad(f"receive an entity with incorrect offset {offset}")
        if not 0 <= length <= MOST_OFFSET:
            raise bad(f"receive an entity with incorrect length {length}")
        if offset > size:
            raise bad(f"entity begins after the end of the text at UTF-16 offset {offset}")
        if offset + length > size:
            raise bad(
                f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset "
                f"{offset + length}"
            )
        if starts is not None and offset not in starts:
            raise bad(f"entity begins in a middle of a UTF-16 symbol at UTF-16 offset {offset}")
        if starts is not None and offset + length not in starts:
            raise bad(f"entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol")


def _starts(text: str) -> set[int] | None:
    """The offsets at which a character begins; None when every offset is one."""
    if not any(char > "\uffff" for char in text):
        return None
    starts, at = {0}, 0
    for char in text:
        at += 2 if char > "\uffff" else 1
        starts.add(at)
    return starts


def _clean(text: str, entities: list[Json]) -> Marked:
    if "\r" in text and entities:
        entities = [_without_returns(text, entity) for entity in entities]
    return text.translate(CLEANED), entities


def _without_returns(text: str, entity: Json) -> Json:
    before = piece(text, 0, entity["offset"]).count("\r")
    inside = piece(text, entity["offset"], entity["length"]).count("\r")
    return {**entity, "offset": entity["offset"] - before, "length": entity["length"] - inside}


def _trim(text: str, entities: list[Json]) -> Marked:
    tail = text.rstrip()
    head = tail.lstrip()
    if len(head) == len(text):
        return text, entities
    cut, size = utf16(tail) - utf16(head), utf16(head)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - cut, 0)
        end = min(entity["offset"] + entity["length"] - cut, size)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return head, kept


def _find(text: str, entities: list[Json]) -> list[Json]:
    """Adds links, commands, mentions, hashtags and addresses where nothing is marked yet."""
    taken = [(entity["offset"], entity["offset"] + entity["length"]) for entity in entities]
    added = []
    for match in FOUND.finditer(text):
        start = utf16(text[: match.start()])
        end = start + utf16(match.group())
        if not any(start < right and left < end for left, right in taken):
            added.append({"offset": start, "length": end - start, "type": match.lastgroup})
    return sorted([*entities, *added], key=lambda entity: (entity["offset"], -entity["length"])) if added else entities
