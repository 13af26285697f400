"""Presses: each is checked and done by an action, answered at once, and harmless twice, late or by the wrong person."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from aiogram import Router
from aiogram.types import CallbackQuery

from okno.bot import choices, client, drafts, lists, prompts
from okno.bot.speaker import Place
from okno.bot.turn import Turn, done
from okno.desk.ticket import PRIORITIES
from okno.errors import DeskError
from okno.intake.drain import Handled
from okno.notifier.brief import brief
from okno.notifier.telegram import buttons
from okno.notifier.telegram.buttons import Press
from okno.queue.actions import answer, change, finish, merge, take
from okno.texts import Rich

Verb = Callable[[CallbackQuery, Turn, Press], Awaitable[Handled]]


def router() -> Router:
    made = Router(name="buttons")
    made.callback_query.register(pressed)
    return made


async def pressed(query: CallbackQuery, turn: Turn) -> Handled:
    press = buttons.unpack(query.data or "")
    if press is None:
        raise DeskError("stale_button")
    if turn.member is None:
        found: Handled | None = await client.pressed(query, turn, press)
        if found is not None:
            return found
        raise DeskError("not_staff" if press.verb in _VERBS else "stale_button")
    act = _VERBS.get(press.verb)
    if act is None:
        raise DeskError("stale_button")
    return await act(query, turn, press)


def place(query: CallbackQuery) -> Place:
    """Where the pressed message stands; the person's own chat when Telegram does not show it any more."""
    message = query.message
    if message is None:
        return Place(chat=query.from_user.id)
    topic = getattr(message, "message_thread_id", None) if getattr(message, "is_topic_message", None) else None
    return Place(chat=message.chat.id, thread=topic, reply_to=message.message_id)


def _toast(query: CallbackQuery, turn: Turn, key: str, **facts: str) -> None:
    turn.speaker.answer(query.id, turn.toast(key, **facts))


async def _take(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    command = take.Take(
        ticket=press.number, by=turn.staff, cause=turn.cause("take"), policy=turn.policy,
        even_from=press.more == "anyway",
    )  # fmt: skip
    result = await turn.write(take.take, command)
    _toast(query, turn, "taken")
    return done("taken", result.ticket)


def _prompted(purpose: str) -> Verb:
    async def act(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
        turn.speaker.answer(query.id, "")
        await prompts.ask_words(turn, place(query), press.number, purpose)
        return done("asked", press.number)

    return act


_ENDS: Final[Mapping[str, tuple[finish.Kind, str]]] = {
    "done": ("finish", "finished"), "close": ("close", "closed"), "reopen": ("reopen", "reopened"),
    "spam": ("spam", "marked_spam"), "not_spam": ("not_spam", "not_spam"), "hand_out": ("hand_out", "handed_out"),
    "resume": ("resume", "resumed"), "undone": ("return", "resumed"),
}  # fmt: skip


async def _end(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    kind, toast = _ENDS[press.verb]
    command = finish.End(
        ticket=press.number, kind=kind, by=turn.staff, cause=turn.cause(press.verb), policy=turn.policy
    )
    result = await turn.write(finish.end, command)
    _toast(query, turn, toast)
    return done(toast, result.ticket)


def _menu(make: Callable[[Turn, int], Any]) -> Verb:
    """Buttons of the same message make room for a choice; `card` brings them back."""

    async def act(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
        markup = make(turn, press.number)
        if isinstance(markup, Awaitable):
            markup = await markup
        turn.speaker.answer(query.id, "")
        where = place(query)
        if where.reply_to is not None:
            turn.speaker.edit(where, where.reply_to, None, markup)
        return done("menu", press.number)

    return act


async def _own_buttons(turn: Turn, ticket: int) -> dict[str, Any]:
    about = await turn.read(brief, ticket)
    assigned = about.ticket.assignee is not None
    return buttons.staff(ticket, about.status, turn.word, assigned=assigned, maybe=about.ticket.maybe)


async def _more(turn: Turn, ticket: int) -> dict[str, Any]:
    about = await turn.read(brief, ticket)
    return buttons.more(ticket, about.status, turn.word)


async def _back(query: CallbackQuery, turn: Turn, ticket: int) -> None:
    where = place(query)
    if where.reply_to is not None:
        turn.speaker.edit(where, where.reply_to, None, await _own_buttons(turn, ticket))


async def _line(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    command = take.PassOn(
        ticket=press.number, line=_id(press), by=turn.staff, cause=turn.cause("line"), policy=turn.policy
    )
    result = await turn.write(take.pass_on, command)
    _toast(query, turn, "passed_on")
    await _back(query, turn, result.ticket)
    return done("passed_on", result.ticket)


async def _to(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    command = take.Assign(
        ticket=press.number, to=_id(press) or None, by=turn.staff, cause=turn.cause("to"), policy=turn.policy
    )
    result = await turn.write(take.assign, command)
    _toast(query, turn, "assigned")
    await _back(query, turn, result.ticket)
    return done("assigned", result.ticket)


def _id(press: Press) -> int:
    if not press.more.isdecimal() or len(press.more) > 15:  # noqa: PLR2004 - ids are 64 bits
        raise DeskError("stale_button")
    return int(press.more)


async def _set(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    priority = next((one for one in PRIORITIES if one == press.more), None)
    if priority is None:
        raise DeskError("no_such_priority")
    command = change.Change(ticket=press.number, by=turn.staff, cause=turn.cause("set"), priority=priority)
    result = await turn.write(change.change, command)
    _toast(query, turn, "prioritised", name=turn.texts.label("priorities", priority, turn.language))
    await _back(query, turn, result.ticket)
    return done("changed", result.ticket)


async def _later(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    until = choices.until(press.more, turn.now, turn.config.timezone)
    command = change.Postpone(ticket=press.number, until=until, by=turn.staff, cause=turn.cause("later"))
    result = await turn.write(change.postpone, command)
    _toast(query, turn, "postponed")
    await _back(query, turn, result.ticket)
    return done("postponed", result.ticket)


async def _join(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    command = merge.Join(ticket=press.number, by=turn.staff, cause=turn.cause("join"), policy=turn.policy)
    result = await turn.write(merge.join, command)
    _toast(query, turn, "joined")
    return done("joined", result.into)


async def _unmerge(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    command = merge.Unmerge(ticket=press.number, by=turn.staff, cause=turn.cause("unmerge"), policy=turn.policy)
    result = await turn.write(merge.unmerge, command)
    _toast(query, turn, "unmerged")
    return done("unmerged", result.ticket)


async def _recall(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    command = answer.Recall(message=press.number, by=turn.staff, cause=turn.cause("recall"), policy=turn.policy)
    if not await turn.write(answer.recall, command):
        raise DeskError("already_sent")
    _toast(query, turn, "recalled")
    where = place(query)
    if where.reply_to is not None:
        turn.speaker.edit(where, where.reply_to, None, None)
    return done("recalled")


async def _send_now(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    command = answer.Recall(message=press.number, by=turn.staff, cause=turn.cause("hurry"), policy=turn.policy)
    await turn.write(answer.hurry, command)
    _toast(query, turn, "sent")
    where = place(query)
    if where.reply_to is not None:
        turn.speaker.edit(where, where.reply_to, None, None)
    return done("hurried")


async def _resend(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    channel: Any = "other" if press.verb == "other_channel" else "same"
    command = answer.Resend(
        message=press.number, channel=channel, by=turn.staff, cause=turn.cause("resend"), policy=turn.policy
    )
    try:
        reached = await turn.write(answer.resend, command)
    except DeskError as refusal:
        if refusal.reason == "already_done":
            _spent(query, turn, turn.texts.label("refusals", refusal.reason, turn.language))
        raise
    if not reached:
        raise DeskError("no_channel")
    _toast(query, turn, "retried")
    _spent(query, turn, turn.toast("retried"))
    return done("resent")


def _spent(query: CallbackQuery, turn: Turn, words: str) -> None:
    """An alert that was acted upon says so below its words, and nothing is left to press."""
    where, message = place(query), turn.update["callback_query"].get("message") or {}
    if where.reply_to is None:
        return
    said = Rich.from_telegram(message["text"], message.get("entities") or ()) if message.get("text") else None
    text = Rich.join([said, Rich.plain(words)]) if said else None
    turn.speaker.edit(where, where.reply_to, text, None)


async def _show(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    turn.speaker.answer(query.id, "")
    await lists.one(turn, place(query), press.number)
    return done("shown", press.number)


async def _files(query: CallbackQuery, turn: Turn, press: Press) -> Handled:
    result = await lists.files(turn, place(query), press.number)
    turn.speaker.answer(query.id, "")
    return result


_VERBS: Final[Mapping[str, Verb]] = {
    "show": _show,
    "files": _files,
    "take": _take,
    "answer": _prompted("answer"),
    "ask": _prompted("question"),
    "note": _prompted("note"),
    **dict.fromkeys(_ENDS, _end),
    "pass_on": _menu(choices.whom),
    "assign": _menu(choices.whom),
    "priority": _menu(choices.priority),
    "postpone": _menu(choices.later),
    "more": _menu(_more),
    "card": _menu(_own_buttons),
    "line": _line,
    "to": _to,
    "set": _set,
    "later": _later,
    "join": _join,
    "unmerge": _unmerge,
    "recall": _recall,
    "send_now": _send_now,
    "retry": _resend,
    "other_channel": _resend,
    **drafts.VERBS,
}
