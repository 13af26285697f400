"""A staff member's private chat with the bot: Start, replies to prompts, and words that answer nothing yet."""

from typing import Any, Final

import sqlalchemy as sa
from aiogram import F, Router
from aiogram.types import Message

from okno.bot import kept, prompts, room
from okno.bot.commands import help_text
from okno.bot.speaker import Place, Stand
from okno.bot.turn import Turn, done
from okno.desk.ticket import UNFINISHED
from okno.intake.drain import Handled
from okno.notifier import values
from okno.notifier.brief import brief
from okno.notifier.telegram import buttons
from okno.queue import copies, roster, tables
from okno.queue.actions import duty
from okno.queue.copies import Copy
from okno.queue.transaction import Tx
from okno.texts import Rich

_OFFERED: Final = 4


def router() -> Router:
    made = Router(name="staff")
    for observer in (made.message, made.edited_message):
        observer.filter(F.chat.type == "private", of_staff)
    made.message.register(start, F.text.startswith("/start"))
    made.message.register(heard)
    made.edited_message.register(edited)
    return made


async def of_staff(_message: Message, turn: Turn) -> bool:
    return turn.member is not None


async def start(message: Message, turn: Turn) -> Handled:
    """From now on private alerts reach them, and what waits is handed out."""
    assert turn.member is not None
    command = duty.Presence(staff=turn.member.id, change="started", cause=turn.cause("start"), policy=turn.policy)
    await turn.write(duty.presence, command)
    place = Place(chat=message.chat.id)
    known = {one.name for one in await turn.read(roster.lines, None) if one.id in turn.member.lines}
    spoken = turn.texts.spoken(turn.language)
    lines = [line.titled(spoken) for line in turn.config.lines if line.name in known]
    turn.speaker.say(place, turn.render("staff_welcome", name=turn.member.name, role=turn.member.role, lines=lines))
    turn.speaker.say(place, help_text(turn))
    return done("started")


async def heard(message: Message, turn: Turn) -> Handled:
    place = Place(chat=message.chat.id, reply_to=message.message_id)
    copy = await turn.read(_replied, (turn.entry.account, message.chat.id, _reply(message)))
    if copy is not None and copy.role == "prompt":
        return await prompts.answered(turn, copy, place)
    if copy is not None and copy.ticket is not None:
        # A reply to an alert is for colleagues: only the prompt of Answer makes words public.
        result = await prompts.say(turn, copy.ticket, "note", place, mistakable=True)
        about = await turn.read(brief, copy.ticket)
        turn.speaker.say(place, turn.render("note_hint", number=about.number, client=about.client))
        return result
    return await _keep(turn, message, place)


def _reply(message: Message) -> int | None:
    return message.reply_to_message.message_id if message.reply_to_message else None


def _replied(tx: Tx, asked: tuple[int, int, int | None]) -> Copy | None:
    account, chat, number = asked
    return copies.find(tx, account, chat, number) if number is not None else None


async def _keep(turn: Turn, message: Message, place: Place) -> Handled:
    """Words that answer nothing are kept with their files, and the bot asks what to do with them."""
    await turn.write(copies.put, kept.draft(turn.entry, message.chat.id, message.message_id))
    text, markup = await _question(turn, message)
    turn.speaker.say(place, text, markup, _asking(message))
    return done("kept")


def _asking(message: Message) -> Stand:
    return Stand(role="menu", data={"draft": message.message_id, "asks": True})


async def _question(turn: Turn, message: Message) -> tuple[Rich, dict[str, Any]]:
    mine = await turn.read(_mine, turn.staff.id or 0)
    rows: list[list[dict[str, Any]]] = []
    for number, _ in mine:
        rows.append([
            buttons.button(turn.word("send_answer", number=number), "send_answer", message.message_id, str(number)),
            buttons.button(turn.word("save_note", number=number), "save_note", message.message_id, str(number)),
        ])  # fmt: skip
    rows.append([
        buttons.button(turn.word("new_ticket"), "new_ticket", message.message_id),
        buttons.button(turn.word("discard"), "discard", message.message_id),
    ])  # fmt: skip
    words = Rich.plain(turn.heard.text or turn.texts.label("facts", "no_text", turn.language)).cut(500)
    text = turn.render("private_text_which", words=words, tickets=[one for _, one in mine])
    return text, buttons.keyboard(*rows)


def _mine(tx: Tx, staff: int) -> list[tuple[int, dict[str, Any]]]:
    ticket = tables.ticket
    query = sa.select(ticket.c.id).where(ticket.c.assignee == staff, ticket.c.status.in_(sorted(UNFINISHED)))
    keys = tx.run(query.order_by(ticket.c.updated_at.desc()).limit(_OFFERED)).scalars()
    return [(key, values.head(brief(tx, key))) for key in keys]


async def edited(message: Message, turn: Turn) -> Handled:
    """Of words that still wait for a decision the newest count; whatever was done with others is mended there."""
    chat, number = message.chat.id, message.message_id
    copy = await turn.read(_replied, (turn.entry.account, chat, number))
    if copy is None or copy.role != "draft":
        return await room.correct(turn)
    await turn.write(copies.put, kept.draft(turn.entry, chat, number))
    text, markup = await _question(turn, message)
    place = Place(chat=chat)
    turn.speaker.redraw(
        place, lambda tx, account: kept.question(tx, (account, chat, number)), text, markup, _asking(message)
    )
    return done("kept")
