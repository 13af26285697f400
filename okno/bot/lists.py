"""Lists for staff: the queue, their own work, what was found, one ticket whole."""

from datetime import datetime
from typing import Any, Final, Literal

import sqlalchemy as sa

from okno.bot import history
from okno.bot.speaker import Place, Stand
from okno.bot.turn import Turn
from okno.desk.ticket import UNFINISHED
from okno.intake.drain import Handled
from okno.notifier import values
from okno.notifier.brief import Brief, brief, said
from okno.notifier.telegram import buttons
from okno.notifier.views import card
from okno.queue import attachments, messages, search, tables, tickets
from okno.queue.attachments import Attachment
from okno.queue.transaction import Tx

Kind = Literal["queue", "mine"]
_SHOWN: Final = 10
_HISTORY: Final = 8
_WHOLE: Final = 10_000
_UNFINISHED: Final = sorted(UNFINISHED)


async def show(turn: Turn, place: Place, kind: Kind) -> None:
    keys, total = await turn.read(_queue if kind == "queue" else _mine, turn.staff.id)
    lines = [await _line(turn, key) for key in keys]
    given: dict[str, Any] = {
        "tickets": lines, "total": total, "tab": kind, "tabs": [], "page": 1, "pages": 1, "now": turn.now,
    }  # fmt: skip
    text = turn.render("queue_list", line=None, **given) if kind == "queue" else turn.render("mine_list", **given)
    turn.speaker.say(place, text, _openers(keys))


async def found(turn: Turn, place: Place, words: str) -> None:
    keys = await turn.read(_found, words)
    lines = [await _line(turn, key) for key in keys[:_SHOWN]]
    text = turn.render("find_results", query=words[:100], tickets=lines, total=len(keys), page=1, pages=1, now=turn.now)
    turn.speaker.say(place, text, _openers(keys[:_SHOWN]))


async def one(turn: Turn, place: Place, key: int) -> None:
    """The card with its buttons, then the last of what was said. Raises NotFound."""
    about = await turn.read(brief, key)
    entries = await turn.read(_history, key)
    text = turn.render("ticket_view", **_overview(turn, about), entries=entries, page=1, pages=1)
    assigned = about.ticket.assignee is not None
    markup = buttons.staff(about.number, about.status, turn.word, assigned=assigned, maybe=about.ticket.maybe)
    if await turn.read(_files, key):
        markup["inline_keyboard"].append([buttons.button(turn.word("files"), "files", key)])
    turn.speaker.say(place, text, markup, Stand(role="card", ticket=key))


async def files(turn: Turn, place: Place, key: int) -> Handled:
    """What anybody sent along in it. Raises NotFound."""
    await turn.read(tickets.get, key)
    return await history.send(turn, place, key, await turn.read(_files, key))


def _files(tx: Tx, key: int) -> list[Attachment]:
    every = messages.of_tickets(tx, tickets.merged(tx, key), limit=_WHOLE)
    found = attachments.of_messages(tx, [one.id for one in every])
    return [one for one in found if one.kind != "raw" and not one.inline]


def _overview(turn: Turn, about: Brief) -> dict[str, Any]:
    line = next((known for known in turn.config.lines if known.name == about.line), None)
    spoken = turn.texts.spoken(turn.language)
    return card.overview(about, turn.now, line.titled(spoken) if line else about.line)


def _openers(keys: list[int]) -> dict[str, Any]:
    row = [buttons.button(f"#{key}", "show", key) for key in keys]
    return buttons.keyboard(*(row[at : at + 5] for at in range(0, len(row), 5)))


async def _line(turn: Turn, key: int) -> dict[str, Any]:
    about = await turn.read(brief, key)
    due = about.clocks.get("first_answer") if about.ticket.answered_at is None else None
    return {
        **values.head(about), "status": about.status, "priority": about.ticket.priority,
        "channel": about.ticket.channel, "assignee": about.assignee.name if about.assignee else None, "due_at": due,
        "late": due is not None and due < turn.now, "unread": 0,
    }  # fmt: skip


def _queue(tx: Tx, _staff: int | None) -> tuple[list[int], int]:
    """In the order in which it is handed out: urgency, then age."""
    ticket = tables.ticket
    mine = sa.and_(ticket.c.status == "new", ticket.c.assignee.is_(None), ~ticket.c.quiet)
    query = sa.select(ticket.c.id).where(mine).order_by(ticket.c.urgency.desc(), ticket.c.id).limit(_SHOWN)
    return list(tx.run(query).scalars()), int(tx.value(sa.select(sa.func.count()).select_from(ticket).where(mine)))


def _mine(tx: Tx, staff: int | None) -> tuple[list[int], int]:
    ticket = tables.ticket
    mine = sa.and_(ticket.c.assignee == staff, ticket.c.status.in_(_UNFINISHED))
    query = sa.select(ticket.c.id).where(mine).order_by(ticket.c.urgency.desc(), ticket.c.updated_at.desc())
    count = sa.select(sa.func.count()).select_from(ticket).where(mine)
    return list(tx.run(query.limit(_SHOWN)).scalars()), int(tx.value(count))


def load(tx: Tx, staff: int) -> int:
    return _mine(tx, staff)[1]


def waiting(tx: Tx, _nothing: None) -> int:
    return _queue(tx, None)[1]


def _found(tx: Tx, words: str) -> list[int]:
    """By number first, then by words, the newest first."""
    plain = words.strip().lstrip("#")
    keys = [int(plain)] if plain.isdecimal() and len(plain) < 16 and tickets.find(tx, int(plain)) else []  # noqa: PLR2004
    return list(dict.fromkeys([*keys, *search.find(tx, words, 50)]))


def _history(tx: Tx, key: int) -> list[dict[str, Any]]:
    every = messages.of_tickets(tx, tickets.merged(tx, key), limit=_WHOLE)[-_HISTORY:]
    return [_entry(tx, one.id, one.happened_at) for one in every]


def _entry(tx: Tx, key: int, at: datetime) -> dict[str, Any]:
    one = said(tx, key)
    assert one is not None
    words = values.rich(one)
    return {
        "at": at, "author": one.author or "?", "side": one.message.direction,
        "words": words.cut(400) if words else None, "facts": one.facts, "edited": one.message.edited, "delivery": None,
    }  # fmt: skip
