"""A client looks for one of their requests, by its number or by a word of it; closed ones are found too."""

from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from aiogram.types import CallbackQuery

from okno.bot import history, kept, requests, words
from okno.bot.requests import Spot
from okno.bot.speaker import Place, Stand
from okno.bot.turn import Turn, done
from okno.desk.message import Incoming
from okno.errors import DeskError, NotFound
from okno.intake.drain import Handled
from okno.notifier.telegram.buttons import Press, button, keyboard
from okno.queue import copies
from okno.queue import requests as own
from okno.queue.actions import client
from okno.queue.copies import Copy
from okno.queue.requests import Find, Found
from okno.queue.transaction import Tx
from okno.texts import Rich

# Whoever writes more than this is not looking for a word.
_LONGEST: Final = 100


async def answered(turn: Turn, _copy: Copy, place: Place) -> Handled:
    """A reply to the question what to look for. One that can be no question is taken for what it is: their words."""
    return await looked(turn, place, turn.heard)


async def looked(turn: Turn, place: Place, asked: Incoming) -> Handled:
    """`asked`: what they look for; with a number of theirs, that request is opened."""
    assert turn.who is not None
    query = asked.text.strip()
    if asked.files or asked.facts or "\n" in query or not 0 < len(query) <= _LONGEST:
        return await words.take_in(turn, asked)
    number = own.asked_number(query)
    if number is not None:
        # No request of theirs has this number? Their words may.
        with suppress(NotFound):
            return done("opened", await history.opened(turn, place, number, history.Leaf()))
    found = await _find(turn, query, 1)
    if not found.requests:
        # Their words stay at hand: what was not found may have been meant as a request.
        await turn.write(copies.put, kept.draft(turn.entry, place.chat, int(asked.external_id)))
    text, markup = _shown(turn, query, found, draft=int(asked.external_id))
    await requests.shown(turn, place, text, markup, data=_memory(query, asked))
    return done("found")


async def mended(turn: Turn, place: Place) -> Handled:
    """What was looked for in vain is looked for again in the words as they are now: only those may become a request."""
    asked = words.behind_command(turn.heard)
    number = int(asked.external_id)
    await turn.write(copies.put, kept.draft(turn.entry, place.chat, number))
    query = " ".join(asked.text.split())[:_LONGEST]
    found = await _find(turn, query, 1)
    text, markup = _shown(turn, query, found, draft=number)
    stand = Stand(role="menu", data=_memory(query, asked))
    turn.speaker.redraw(
        place, lambda tx, account: kept.question(tx, (account, place.chat, number)), text, markup, stand
    )
    return done("found")


def _memory(query: str, asked: Incoming) -> dict[str, Any]:
    return {"query": query, "draft": int(asked.external_id), "asks": True}


async def turned(turn: Turn, place: Place, page: int, message: int) -> Handled:
    """Another page of what was found, by the words the message remembers."""
    query = await turn.read(_remembered, (turn.entry.account, place.chat, message))
    if not query:
        raise DeskError("stale_button")
    text, markup = _shown(turn, query, await _find(turn, query, page))
    await requests.shown(turn, place, text, markup, message=message)
    return done("found")


def _remembered(tx: Tx, place: tuple[int, int, int]) -> str:
    copy = copies.find(tx, *place)
    return str(copy.data.get("query") or "") if copy else ""


async def _find(turn: Turn, query: str, page: int) -> Found:
    assert turn.who is not None
    return await turn.read(own.find, Find(person=turn.who.person, asked=query, page=page))


def _shown(turn: Turn, query: str, found: Found, draft: int = 0) -> tuple[Rich, dict[str, Any]]:
    text = turn.render(
        "my_found", query=query, requests=requests.rows(found.requests), total=found.total, page=found.page,
        pages=found.pages, now=turn.now,
    )  # fmt: skip
    here = Spot(tab=None, page=found.page)
    lines = requests.openers(turn, found.requests, here)
    last = [button(turn.word("find"), "find"), button(turn.word("my_list"), "my", 0, Spot().pack())]
    meant_so = [button(turn.word("new_one"), "request", draft)] if draft and not found.requests else []
    return text, keyboard(*lines, requests.pager(turn, "my", here.page, found.pages, "found"), meant_so, last)


async def meant(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    """What they looked for in vain was a request."""
    assert turn.who is not None
    place, message = requests.under(query)
    heard = await turn.read(kept.kept, (turn.entry.account, place.chat, press.number))
    if heard is None:
        raise DeskError("stale_button")
    cause = f"draft:{turn.entry.account}:{place.chat}:{press.number}"
    ask = client.Ask(identity=turn.who.id, cause=f"{cause}:new")
    await turn.write(client.ask_new, ask)
    asked = words.behind_command(replace(heard, reply_to=None))
    result = await words.take_in(turn, asked, cause)
    turn.speaker.answer(query.id, turn.toast("saved"))
    turn.speaker.edit(place, message, None, None)
    return result
