"""One request of a client, page by page: its history in whole words, its files, and what can be done about it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from okno.bot import requests
from okno.bot.requests import Spot
from okno.bot.speaker import Place
from okno.bot.turn import Turn, done
from okno.errors import DeskError
from okno.intake.drain import Handled
from okno.notifier.brief import Said
from okno.notifier.telegram import media
from okno.notifier.telegram.buttons import button, keyboard
from okno.queue import dialogue
from okno.queue.actions import client
from okno.queue.attachments import Attachment
from okno.queue.dialogue import Dialogue, One, Words
from okno.texts import Rich

Entry = dict[str, Any]
# A message holds 4096 units; what is left over takes its head.
_PAGE: Final = 3300
_PIECE: Final = 3000
_OVERHEAD: Final = 50
_MOST: Final = 8
# Files named at once: a mail may bring a hundred.
_TOGETHER: Final = 12
# Of one mail. Splitting a megabyte would hold everybody up, and its sender has it.
_LONGEST: Final = 30_000
_FILES: Final = 20
_DIGITS: Final = 6
_ALL: Final = Spot()
# Said of a mail to staff, who answer it; to whoever wrote it they say nothing.
_FOR_STAFF: Final = frozenset({"reply_to", "warning", "automatic", "list_mail", "bounce", "bounce_delayed", "signed"})


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """A page of a request (0: the newest) and the list it was opened from."""

    page: int = 0
    back: Spot = _ALL

    def pack(self) -> str:
        return f"{self.page}.{self.back.pack()}"


def leaf(packed: str) -> Leaf:
    """Raises DeskError for what no button of ours says."""
    page, _, back = packed.partition(".")
    if not packed:
        return Leaf()
    if not page.isdecimal() or len(page) > _DIGITS:
        raise DeskError("stale_button")
    return Leaf(page=int(page), back=requests.spot(back))


async def opened(turn: Turn, place: Place, number: int, where: Leaf, message: int | None = None) -> int:
    """Shows a page and marks the request as read; the number of what is shown, which it may have been merged into.

    Raises NotFound for what is not theirs.
    """
    assert turn.who is not None
    found = await turn.read(dialogue.read, One(person=turn.who.person, number=number))
    key = found.ticket.id
    await turn.write(client.seen, client.Seen(identity=turn.who.id, ticket=key))
    # A fifth of a millisecond for each thing said: whoever writes thousands must not hold up the others.
    leaves = await asyncio.to_thread(lambda: paged(entries(turn, found), _size(turn)))
    page = where.page if 1 <= where.page <= len(leaves) else max(len(leaves), 1)
    text = _text(turn, found, leaves, page)
    markup = _markup(turn, found, Leaf(page=page, back=where.back), len(leaves))
    await requests.shown(turn, place, text, markup, message=message, ticket=key)
    return key


def entries(turn: Turn, found: Dialogue) -> list[Entry]:
    """What was said, the oldest first; words too long for one page come in pieces."""
    return [piece for one in found.words for piece in _pieces(turn, found, one)]


def paged(told: Sequence[Entry], size: Callable[[Entry], int]) -> list[list[Entry]]:
    """From the oldest on, so that a page stays what it was when more is said."""
    leaves: list[list[Entry]] = []
    room = 0
    for one in told:
        if not leaves or size(one) > room or len(leaves[-1]) == _MOST:
            leaves.append([])
            room = _PAGE
        leaves[-1].append(one)
        room -= size(one)
    return leaves


def _size(turn: Turn) -> Callable[[Entry], int]:
    """How much room an entry takes, in UTF-16 units, with the line above it."""

    def size(one: Entry) -> int:
        words = (one["author"], *(turn.texts.fact(fact, turn.language) for fact in one["facts"]))
        return _OVERHEAD + (one["words"].units if one["words"] else 0) + sum(Rich.plain(each).units for each in words)

    return size


def _pieces(turn: Turn, found: Dialogue, one: Words) -> list[Entry]:
    said = one.message
    words = Rich.from_telegram(said.text[:_LONGEST], said.data.get("entities") or ()).stripped()
    told = {
        "at": said.happened_at, "author": author(turn, found, one), "side": said.direction, "delivery": None,
        # Ours may have been mended before it left: the client never saw it otherwise.
        "edited": said.edited and said.direction == "in",
    }  # fmt: skip
    about = facts(one)
    listed = [about[at : at + _TOGETHER] for at in range(0, len(about), _TOGETHER)]
    pieces: list[Entry] = [{**told, "words": piece, "facts": []} for piece in words.split(_PIECE)]
    if pieces and listed and pieces[-1]["words"].units < _PIECE // 2:
        pieces[-1]["facts"] = listed.pop(0)
    pieces += [{**told, "words": None, "facts": some} for some in listed]
    return pieces or [{**told, "words": None, "facts": []}]


def facts(one: Words) -> list[dict[str, Any]]:
    """Of ours only the files: where we had something from is nobody else's business."""
    said = one.message if one.message.direction == "in" else replace(one.message, data={})
    told = Said(message=said, author="", files=one.files).facts
    return [fact for fact in told if fact.get("kind") not in _FOR_STAFF]


def author(turn: Turn, found: Dialogue, one: Words) -> str:
    if one.mine:
        return turn.texts.label("people", "you", turn.language)
    if one.message.direction == "in":
        return one.author or turn.texts.label("people", "unknown", turn.language)
    return signed(turn, found.line, one.author)


def signed(turn: Turn, line: str, name: str) -> str:
    """One of us as clients see them: by name, or as the desk where the line signs as that."""
    known = next((one for one in turn.config.lines if one.name == line), None)
    named = known is None or known.sign_as != "desk"
    return name if named and name else turn.texts.label("people", "us", turn.language)


def _text(turn: Turn, found: Dialogue, leaves: Sequence[Sequence[Entry]], page: int) -> Rich:
    ticket = found.ticket
    about = {"number": ticket.id, "subject": ticket.subject, "status": requests.told(ticket.status)}
    if not leaves:
        return turn.render("ticket_empty", **about)
    person = signed(turn, found.line, found.assignee) if found.assignee else None
    return turn.render(
        "my_ticket", **about, person=person, created_at=ticket.created_at, entries=leaves[page - 1], page=page,
        pages=len(leaves), now=turn.now,
    )  # fmt: skip


def _markup(turn: Turn, found: Dialogue, here: Leaf, pages: int) -> dict[str, Any]:
    number = found.ticket.id

    def to(label: str, page: int) -> list[dict[str, Any]]:
        there = Leaf(page=page, back=here.back).pack()
        return [button(turn.word(label), "open", number, there)] if 1 <= page <= pages else []

    verdict = []
    if found.ticket.status == "done":
        verdict = [button(turn.word(verb), verb, number, here.pack()) for verb in ("accept", "not_yet")]
    files = [button(turn.word("files"), "files", number)] if any(one.files for one in found.words) else []
    add = [button(turn.word("add"), "add", number)]
    back = [button(turn.word("back"), "my", 0, here.back.pack())]
    return keyboard(verdict, [*to("older", here.page - 1), *to("newer", here.page + 1)], [*files, *add], back)


async def files(turn: Turn, place: Place, number: int) -> Handled:
    """Sends a request's files back. Raises NotFound."""
    assert turn.who is not None
    found = await turn.read(dialogue.read, One(person=turn.who.person, number=number))
    return await send(turn, place, found.ticket.id, [file for one in found.words for file in one.files])


async def send(turn: Turn, place: Place, number: int, every: Sequence[Attachment]) -> Handled:
    """The files themselves, the newest when there are many. Raises DeskError when there are none to send."""
    kept = [one for one in every if one.remote_id or (one.sha256 and (one.size or 0) <= media.UPLOADABLE)]
    if not kept:
        raise DeskError("no_files" if not every else "files_not_kept")
    last = kept[-_FILES:]
    pictures = [one for one in last if one.kind in {"photo", "video"}]
    others = [one for one in last if one.kind not in {"photo", "video"}]
    text = turn.render("my_files", number=number, count=len(last), left=len(every) - len(last))
    turn.speaker.say(place, text)
    for call in (*media.sends(pictures, chat=place.chat), *media.sends(others, chat=place.chat)):
        turn.speaker.send(place, call.pop("method"), call)
    return done("files", number)
