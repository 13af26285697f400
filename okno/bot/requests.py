"""A client's own requests as a menu that changes in place: tabs with counts, unread marks, pages, a button for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiogram.types import CallbackQuery

from okno.bot.speaker import Place, Stand
from okno.bot.turn import Turn, done
from okno.desk.ticket import Status
from okno.errors import DeskError
from okno.intake.drain import Handled
from okno.notifier.telegram.buttons import button, keyboard
from okno.queue import copies, requests
from okno.queue.copies import Copy
from okno.queue.requests import TABS, Count, Request, Sheet, Tab
from okno.texts import Rich

Markup = dict[str, Any]
_SUBJECT: Final = 36
_DIGITS: Final = 6
_TOLD: Final[Mapping[Status, Status]] = {"waiting_other": "open", "merged": "closed", "spam": "closed"}


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A tab's page. `tab` None: what was found, by the words that the message remembers."""

    tab: Tab | None = "all"
    page: int = 1

    def pack(self) -> str:
        return f"{self.tab or 'found'}.{self.page}"


def spot(packed: str) -> Spot:
    """As `pack` made it; empty is the first page of all. Raises DeskError for anything else."""
    name, _, page = (packed or "all.1").partition(".")
    tab = next((one for one in TABS if one == name), None)
    if (tab is None and name != "found") or not page.isdecimal() or len(page) > _DIGITS:
        raise DeskError("stale_button")
    return Spot(tab=tab, page=int(page))


def under(query: CallbackQuery) -> tuple[Place, int]:
    """Where the pressed button stands. Raises DeskError when Telegram does not say: there is nothing to change."""
    if query.message is None:
        raise DeskError("stale_button")
    return Place(chat=query.message.chat.id), query.message.message_id


async def listed(turn: Turn, place: Place, where: Spot, message: int | None = None) -> Handled:
    """Said anew, or shown in the place of a message of ours."""
    assert turn.who is not None
    assert where.tab is not None
    look = requests.Look(person=turn.who.person, tab=where.tab, page=where.page)
    sheet = await turn.read(requests.sheet, look)
    tabs = [{"key": key, "count": one.requests, "unread": one.unread > 0} for key, one in sheet.counts.items()]
    text = turn.render(
        "my_list", requests=rows(sheet.requests), tab=where.tab, tabs=tabs, page=sheet.page, pages=sheet.pages,
        now=turn.now,
    )  # fmt: skip
    await shown(turn, place, text, _markup(turn, sheet, where.tab), message=message)
    return done("list")


async def shown(
    turn: Turn, place: Place, text: Rich, markup: Markup | None, *, message: int | None = None,
    ticket: int | None = None, data: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """`ticket`: the request the message shows now, so that a reply to it is part of that request."""
    role = "answer" if ticket else "menu"
    if message is None:
        turn.speaker.say(place, text, markup, Stand(role=role, ticket=ticket, data=dict(data or {})))
        return
    kept = await turn.read(_remembered, (turn.entry.account, place.chat, message))
    stands = Copy(
        account=turn.entry.account, chat=place.chat, external_id=message, role=role, ticket=ticket,
        data=kept if data is None else data,
    )  # fmt: skip
    await turn.write(copies.put, stands)
    turn.speaker.edit(place, message, text, markup)


def _remembered(tx: Any, place: tuple[int, int, int]) -> Mapping[str, Any]:
    copy = copies.find(tx, *place)
    return copy.data if copy else {}


def told(status: Status) -> Status:
    """A state as clients know it: what we wait for and why something was put away stays with us, icons included."""
    return _TOLD.get(status, status)


def rows(found: Sequence[Request]) -> list[dict[str, Any]]:
    names = ("number", "subject", "unread", "updated_at")
    return [{**{name: getattr(one, name) for name in names}, "status": told(one.status)} for one in found]


def openers(turn: Turn, found: Sequence[Request], back: Spot) -> list[list[dict[str, Any]]]:
    """A button for each request; `back` is where its page leads back to."""
    return [[button(_title(turn, one), "open", one.number, f"0.{back.pack()}")] for one in found]


def _title(turn: Turn, one: Request) -> str:
    icon = turn.texts.label("icons", told(one.status), turn.language)
    subject = Rich.plain(" ".join(one.subject.split())).cut(_SUBJECT).text if one.subject.strip() else ""
    key = "request_unread" if one.unread else "request"
    return turn.word(key, icon=icon, number=one.number, subject=subject, unread=one.unread)


def pager(turn: Turn, verb: str, page: int, pages: int, tab: str = "") -> list[dict[str, Any]]:
    """To the page before and after, where there is one."""

    def to(label: str, number: int) -> list[dict[str, Any]]:
        there = 1 <= number <= pages
        return [button(turn.word(label), verb, 0, f"{tab}.{number}")] if there else []

    return [*to("previous", page - 1), *to("next", page + 1)]


def _markup(turn: Turn, sheet: Sheet, tab: Tab) -> Markup:
    tabs = [_tab(turn, one, sheet.counts[one], here=one == tab) for one in TABS]
    last = [button(turn.word("find"), "find"), button(turn.word("new_request"), "new")]
    where = Spot(tab=tab, page=sheet.page)
    lines = openers(turn, sheet.requests, where)
    return keyboard(tabs[:3], tabs[3:], *lines, pager(turn, "my", sheet.page, sheet.pages, tab), last)


def _tab(turn: Turn, tab: Tab, count: Count, *, here: bool) -> dict[str, Any]:
    name = turn.texts.label("client_tabs", tab, turn.language)
    key = "tab_here" if here else "tab_unread" if count.unread else "tab"
    return button(turn.word(key, name=name, count=count.requests), "my", 0, f"{tab}.1")
