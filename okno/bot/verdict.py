"""What a client decides by a button: finished work accepted or not yet, and which request they meant."""

from typing import Final, Literal

from aiogram.types import CallbackQuery

from okno.bot import history, prompts, requests
from okno.bot.speaker import Stand
from okno.bot.turn import Turn, done
from okno.errors import BadMove, DeskError
from okno.intake.drain import Handled
from okno.notifier.telegram.buttons import Press
from okno.queue import dialogue
from okno.queue.actions import client, finish
from okno.queue.dialogue import One

_DIGITS: Final = 15  # ids are 64 bits
# How a request ended last says what a late press of the same button meant.
_LATE: Final = {
    ("accept", "accepted"): "already_accepted", ("accept", "acceptance_passed"): "already_accepted",
    ("return", "returned"): "already_done",
}  # fmt: skip


async def accept(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    ended = await _ended(query, turn, press, "accept", "accepted")
    return done("accepted" if ended else "late", ended or press.number)


async def not_yet(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    """Back to work at once: whoever presses and then says nothing is not forgotten."""
    ended = await _ended(query, turn, press, "return", "returned")
    if ended is None:
        return done("late", press.number)
    place, _ = requests.under(query)
    stand = Stand(role="answer", ticket=ended)
    prompts.ask(turn, place, "returned_ask_reason", stand, "reason", number=ended)
    return done("returned", ended)


async def _ended(
    query: CallbackQuery, turn: Turn, press: Press, kind: Literal["accept", "return"], toast: str
) -> int | None:  # fmt: skip
    """The number of what was ended; None when it was too late, which they are told. Raises NotFound."""
    command = finish.End(
        ticket=press.number, kind=kind, by=turn.client, cause=turn.cause(kind), policy=turn.policy
    )  # fmt: skip
    try:
        result = await turn.write(finish.end, command)
    except BadMove:
        await _late(query, turn, press, kind)
        return None
    turn.speaker.answer(query.id, turn.toast(toast))
    await _settled(query, turn, press)
    return result.ticket


async def _late(query: CallbackQuery, turn: Turn, press: Press, kind: str) -> None:
    one = One(person=turn.client.id or 0, number=press.number)
    ticket = await turn.read(dialogue.mine, one)
    last = await turn.read(dialogue.last_end, ticket.id)
    reason = _LATE.get((kind, last), "not_ready")
    words = turn.texts.label("refusals", reason, turn.language)
    turn.speaker.answer(query.id, words, alert=reason == "not_ready")
    await _settled(query, turn, press)


async def _settled(query: CallbackQuery, turn: Turn, press: Press) -> None:
    """A request's page is shown as it is now; under the question itself nothing is left to press."""
    place, message = requests.under(query)
    if press.more:
        await history.opened(turn, place, press.number, history.leaf(press.more), message)
    else:
        turn.speaker.edit(place, message, None, None)


async def route(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    """Answered once: a second press, on whatever button, finds the words where the first one sent them."""
    assert turn.who is not None
    if not press.more.isdecimal() or len(press.more) > _DIGITS:
        raise DeskError("stale_button")
    command = client.Route(
        message=press.number, ticket=int(press.more) or None, identity=turn.who.id,
        cause=f"route:{press.number}:{turn.who.id}", policy=turn.policy,
    )  # fmt: skip
    result = await turn.write(client.route, command)
    turn.speaker.answer(query.id, turn.toast("saved"))
    place, message = requests.under(query)
    text = turn.render("routed", number=result.ticket)
    await requests.shown(turn, place, text, None, message=message, ticket=result.ticket)
    return done("routed", result.ticket)
