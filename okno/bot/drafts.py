"""What becomes of a staff member's private words that answered nothing: an answer, a note, a new request, nothing."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from aiogram.types import CallbackQuery

from okno.bot import confirm, kept, prompts
from okno.bot.speaker import Place, Stand
from okno.bot.turn import Turn, done
from okno.desk.message import Incoming
from okno.errors import DeskError
from okno.intake.drain import Handled
from okno.notifier.telegram.buttons import Press, button, keyboard
from okno.queue import copies
from okno.queue.actions import answer
from okno.queue.copies import Copy
from okno.texts import Rich

_DIGITS: Final = 15  # ids are 64 bits
_CHANNELS: Final = ("phone", "whatsapp", "viber", "telegram", "email", "other")


async def _say(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    heard = await _kept(query, turn, press.number)
    if not press.more.isdecimal() or len(press.more) > _DIGITS:
        raise DeskError("stale_button")
    kind: Any = "answer" if press.verb == "send_answer" else "note"
    cause = f"draft:{turn.staff.id}:{heard.external_id}"
    command = answer.Say(
        ticket=int(press.more), kind=kind, text=heard.text, by=turn.staff, cause=cause, policy=turn.policy,
        happened_at=heard.happened_at, entities=heard.entities, files=heard.files,
        facts=heard.facts, source=(heard.account, query.from_user.id, int(heard.external_id)),
    )  # fmt: skip
    result = await turn.write(answer.say, command)
    if not result.reached:
        await _close(query, turn, turn.texts.label("refusals", "no_channel", turn.language))
        raise DeskError("no_channel")
    turn.speaker.answer(query.id, turn.toast("sent" if kind == "answer" else "noted"))
    await _close(query, turn, turn.toast("answer_leaving" if kind == "answer" else "noted_in", number=result.ticket))
    if kind == "answer":
        await confirm.held(turn, result, Place(chat=query.from_user.id))
    return done("answered" if kind == "answer" else "noted", result.ticket)


async def _new(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    """First by which channel it came, then who it was; the words are there already."""
    await _kept(query, turn, press.number)
    turn.speaker.answer(query.id, "")
    rows = [button(turn.texts.label("channels", one, turn.language), "by", press.number, one) for one in _CHANNELS]
    where = Place(chat=query.from_user.id)
    turn.speaker.say(where, turn.render("manual_channel"), keyboard(rows[:3], rows[3:]))
    await _close(query, turn, turn.toast("entering"))
    return done("manual")


async def _by(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    """The channel is chosen: who was it? Number 0 stands for words still to come."""
    if press.more not in _CHANNELS:
        raise DeskError("stale_button")
    turn.speaker.answer(query.id, "")
    data = {"purpose": "manual_who", "channel": press.more, "draft": press.number}
    where = Place(chat=query.message.chat.id if query.message else query.from_user.id)
    prompts.ask(turn, where, "manual_who", Stand(role="prompt", data=data), "manual", channel=press.more)
    await _close(query, turn, turn.toast("entering", channel=turn.texts.label("channels", press.more, turn.language)))
    return done("manual")


async def _discard(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    if await turn.read(kept.kept, (turn.entry.account, query.from_user.id, press.number)) is not None:
        draft = kept.draft(turn.entry, query.from_user.id, press.number)
        await turn.write(copies.put, replace(draft, role="discarded", data={}))
    turn.speaker.answer(query.id, turn.toast("discarded"))
    await _close(query, turn, turn.toast("discarded"))
    return done("discarded")


async def _close(query: CallbackQuery, turn: Turn, words: str) -> None:
    """The question makes room for what was done, for good: without buttons it would ask for ever."""
    if query.message is None:
        return
    chat, number = query.message.chat.id, query.message.message_id
    answered = Copy(account=turn.entry.account, chat=chat, external_id=number, role="menu")
    await turn.write(copies.put, answered)
    turn.speaker.edit(Place(chat=chat), number, Rich.plain(words), None)


async def _kept(query: CallbackQuery, turn: Turn, number: int) -> Incoming:
    heard = await turn.read(kept.kept, (turn.entry.account, query.from_user.id, number))
    if heard is None:
        raise DeskError("stale_button")
    return heard


VERBS: Final[Mapping[str, Callable[[CallbackQuery, Turn, Press], Awaitable[Handled]]]] = {
    "send_answer": _say,
    "save_note": _say,
    "new_ticket": _new,
    "by": _by,
    "discard": _discard,
}
