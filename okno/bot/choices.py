"""Small keyboards that ask which: a line or colleague, a priority, until when. The choice comes back as a press."""

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from okno.bot.turn import Turn
from okno.desk.ticket import PRIORITIES
from okno.errors import DeskError
from okno.notifier.telegram.buttons import button, keyboard
from okno.queue import roster, tickets
from okno.queue.transaction import Tx

_MORNING: Final = 9
_MOST: Final = 12
Markup = dict[str, Any]


async def whom(turn: Turn, ticket: int) -> Markup:
    """Lines other than its own, then people other than its assignee, then back into the queue."""
    lines, members = await turn.read(_others, ticket)
    spoken = turn.texts.spoken(turn.language)
    titles = {one.name: one.titled(spoken) for one in turn.config.lines}
    rows: list[list[dict[str, Any]]] = []
    rows += [[button(titles.get(one.name, one.name), "line", ticket, str(one.id))] for one in lines]
    people = [button(one.name, "to", ticket, str(one.id)) for one in members[:_MOST] if one.id != turn.staff.id]
    rows += [people[at : at + 2] for at in range(0, len(people), 2)]
    return keyboard(
        *rows, [button(turn.word("to_queue"), "to", ticket, "0"), button(turn.word("back"), "card", ticket)]
    )


def _others(tx: Tx, ticket: int) -> tuple[list[roster.Line], list[roster.Member]]:
    here = tickets.get(tx, ticket)
    lines = [one for one in roster.lines(tx, None) if one.id != here.line]
    return lines, [one for one in roster.members(tx, None) if one.id != here.assignee]


def priority(turn: Turn, ticket: int) -> Markup:
    found = [
        button(turn.texts.label("priorities", one, turn.language), "set", ticket, one) for one in reversed(PRIORITIES)
    ]
    return keyboard(found[:2], found[2:], [button(turn.word("back"), "card", ticket)])


def later(turn: Turn, ticket: int) -> Markup:
    return keyboard(
        [button(turn.word("in_hour"), "later", ticket, "hour"), button(turn.word("tomorrow"), "later", ticket, "day")],
        [button(turn.word("in_week"), "later", ticket, "week"), button(turn.word("back"), "card", ticket)],
    )


def until(choice: str, now: datetime, zone: ZoneInfo) -> datetime:
    """An hour from now, or nine in the morning of tomorrow or of that day next week, in the desk's zone."""
    if choice == "hour":
        return now + timedelta(hours=1)
    days = {"day": 1, "week": 7}.get(choice)
    if days is None:
        raise DeskError("stale_button")
    morning = (now.astimezone(zone) + timedelta(days=days)).replace(hour=_MORNING, minute=0, second=0, microsecond=0)
    return morning.astimezone(now.tzinfo)
