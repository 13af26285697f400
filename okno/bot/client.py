"""A client's private chat with the bot: their commands, their answers to its questions, and their presses.

What they simply write never comes here: the drain takes it to the desk.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from okno.bot import greeting, history, prompts, requests, search, verdict, words
from okno.bot.requests import Spot
from okno.bot.speaker import Place, Stand
from okno.bot.turn import Turn, done
from okno.errors import DeskError
from okno.intake.drain import Handled
from okno.intake.telegram import reading
from okno.notifier.telegram.buttons import Press
from okno.queue import copies, dialogue
from okno.queue.copies import Copy
from okno.queue.dialogue import One
from okno.queue.transaction import Tx

# Other prompts may still stand in the chat of somebody who was staff.
_QUESTIONS: Final = frozenset({"my_find", "reason"})


def router() -> Router:
    made = Router(name="client")
    for observer in (made.message, made.edited_message):
        observer.filter(F.chat.type == "private", _of_client)
    made.message.register(heard)
    made.edited_message.register(edited)
    return made


async def _of_client(_message: Message, turn: Turn) -> bool:
    return turn.member is None


async def heard(message: Message, turn: Turn) -> Handled:
    place = Place(chat=message.chat.id)
    act = _COMMANDS.get(reading.command(turn.update))
    if act is not None:
        behind = (message.text or "").split(maxsplit=1)[1:]
        return await act(await greeting.met(turn), place, behind[0].strip() if behind else "")
    if words.is_stray(message.text or ""):
        return await _unknown(turn, message)
    copy = await turn.read(_asked, (turn.entry.account, message))
    if copy is not None and copy.data.get("purpose") in _QUESTIONS:
        return await prompts.answered(await greeting.met(turn), copy, place)
    return await words.take_in(turn, turn.heard)


async def edited(message: Message, turn: Turn) -> Handled:
    """What became part of a request, or may yet, is mended there. A command or an answer to the bot has been acted
    upon, and is nobody's request.
    """
    text = message.text or ""
    own = await turn.read(_own, (turn.entry.account, message))
    behind = words.behind_command(turn.heard)
    if own is not None and own.role == "draft":
        return await search.mended(await greeting.met(turn), Place(chat=message.chat.id))
    if own is not None and own.role == "client" and (behind.text.strip() or behind.files):
        return await words.take_in(turn, behind)
    if words.is_command(text) or await turn.read(_asked, (turn.entry.account, message)) is not None:
        return done("ignored")
    return await (_unknown(turn, message) if words.is_stray(text) else words.take_in(turn, turn.heard))


def _own(tx: Tx, said: tuple[int, Message]) -> Copy | None:
    account, message = said
    return copies.find(tx, account, message.chat.id, message.message_id)


async def _unknown(turn: Turn, message: Message) -> Handled:
    turn.speaker.say(Place(chat=message.chat.id, reply_to=message.message_id), turn.render("not_understood"))
    return done("no_such_command")


def _asked(tx: Tx, reply: tuple[int, Message]) -> Copy | None:
    """The question of ours that a message answers."""
    account, message = reply
    asked = message.reply_to_message
    copy = copies.find(tx, account, message.chat.id, asked.message_id) if asked else None
    return copy if copy is not None and copy.role == "prompt" else None


async def _my(turn: Turn, place: Place, rest: str) -> Handled:
    if rest:
        return await search.looked(turn, place, words.behind_command(turn.heard))
    return await requests.listed(turn, place, Spot())


_COMMANDS: Final[Mapping[str, Callable[[Turn, Place, str], Awaitable[Handled]]]] = {
    "start": greeting.start, "help": greeting.help_, "new": greeting.new, "my": _my, "language": greeting.language,
}  # fmt: skip


async def pressed(query: CallbackQuery, turn: Turn, press: Press) -> Handled | None:
    """None for a press that is none of a client's, or not in their own chat: a list must not open before others."""
    act = _VERBS.get(press.verb)
    if act is None or query.message is None or query.message.chat.id != query.from_user.id:
        return None
    if turn.who is None:
        raise DeskError("stale_button")
    return await act(query, turn, press)


async def _list(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    """Under a greeting it is said anew; in the menu itself it changes in place."""
    place, message = requests.under(query)
    where = requests.spot(press.more)
    if where.tab is None:
        result = await search.turned(turn, place, where.page, message)
    else:
        result = await requests.listed(turn, place, where, message if press.more else None)
    turn.speaker.answer(query.id, "")
    return result


async def _open(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    place, message = requests.under(query)
    shown = await history.opened(turn, place, press.number, history.leaf(press.more), message)
    merged = turn.texts.label("refusals", "merged", turn.language, ticket=shown) if shown != press.number else ""
    turn.speaker.answer(query.id, merged)
    return done("opened", shown)


async def _files(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    result = await history.files(turn, requests.under(query)[0], press.number)
    turn.speaker.answer(query.id, "")
    return result


async def _add(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    """What they reply to this stands for the request like any message of it: the drain takes their words there."""
    ticket = await turn.read(dialogue.mine, One(person=turn.client.id or 0, number=press.number))
    turn.speaker.answer(query.id, "")
    stand = Stand(role="answer", ticket=ticket.id)
    place, _ = requests.under(query)
    prompts.ask(turn, place, "add_prompt", stand, "add", number=ticket.id, subject=ticket.subject)
    return done("asked", ticket.id)


async def _find(query: CallbackQuery, turn: Turn, _press: Press) -> Handled:
    turn.speaker.answer(query.id, "")
    stand = Stand(role="prompt", data={"purpose": "my_find"})
    prompts.ask(turn, requests.under(query)[0], "my_find", stand, "find")
    return done("asked")


async def _new(query: CallbackQuery, turn: Turn, _press: Press) -> Handled:
    turn.speaker.answer(query.id, "")
    return await greeting.new(turn, requests.under(query)[0], "")


async def _language(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    turn.speaker.answer(query.id, "")
    return await greeting.language(turn, requests.under(query)[0], press.more)


_VERBS: Final[Mapping[str, Callable[[CallbackQuery, Turn, Press], Awaitable[Handled]]]] = {
    "my": _list, "open": _open, "files": _files, "add": _add, "find": _find, "new": _new, "language": _language,
    "accept": verdict.accept, "not_yet": verdict.not_yet, "route": verdict.route, "request": search.meant,
}  # fmt: skip
