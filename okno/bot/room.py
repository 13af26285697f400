"""The staff's group: a reply to a client's words is an answer, everything else in a ticket's topic is a note."""

from typing import Any, Final

from aiogram import F, Router
from aiogram.types import Message

from okno.bot import prompts
from okno.bot.speaker import Place
from okno.bot.turn import Turn, done
from okno.desk.message import Incoming
from okno.desk.rights import ROBOT
from okno.errors import DeskError
from okno.intake.drain import Handled
from okno.notifier.brief import brief
from okno.queue import copies, views
from okno.queue.actions import answer, revise
from okno.queue.copies import Copy
from okno.queue.transaction import Tx

# Bot API, Message.from: anonymous group administrators all share this id.
_ANONYMOUS: Final = 1087968824
_HINT: Final = "note_hint"


def router() -> Router:
    made = Router(name="room")
    made.message.filter(F.chat.type.in_({"group", "supergroup"}))
    made.message.register(heard)
    made.edited_message.filter(F.chat.type.in_({"group", "supergroup"}))
    made.edited_message.register(edited)
    return made


async def heard(message: Message, turn: Turn) -> Handled:
    if message.chat.id != turn.room:
        return done("ignored")
    said = turn.heard
    place = Place(chat=message.chat.id, thread=_thread(message), reply_to=message.message_id)
    found = await turn.read(_where, (said, place.thread))
    if turn.member is None:
        return await _outsider(turn, message, place, found)
    if found is None:
        return done("ignored")
    if found.role == "prompt":
        return await prompts.answered(turn, found, place)
    assert found.ticket is not None
    if found.role == "feed":
        return await prompts.say(turn, found.ticket, "answer", place, reply_to=found.message)
    # A reply that stays inside might be taken for one that went out: every plain message replies to the topic itself.
    aimed = said.reply_to is not None and said.reply_to != place.thread
    result = await prompts.say(turn, found.ticket, "note", place, mistakable=aimed)
    await _hint(turn, found.ticket, place)
    return result


def _where(tx: Tx, asked: tuple[Incoming, int | None]) -> Copy | None:
    """What the message is about: what it replies to, else the topic it stands in.

    Every plain message of a topic "replies" to the topic's first message, which is ours: no copy stands for that one.
    """
    said, thread = asked
    assert said.chat is not None
    if said.reply_to is not None:
        copy = copies.find(tx, said.account, said.chat, said.reply_to)
        if copy is not None and copy.role in {"feed", "prompt"}:
            return copy
        if copy is not None and copy.ticket is not None:
            return Copy(
                account=said.account, chat=said.chat, external_id=said.reply_to, role="card", ticket=copy.ticket
            )
    topic = views.by_remote(tx, said.account, said.chat, "topic", thread) if thread is not None else None
    if topic is None:
        return None
    return Copy(account=said.account, chat=said.chat, external_id=thread or 0, role="topic", ticket=topic.subject)


def _thread(message: Message) -> int | None:
    # A reply outside forums carries a thread id that is no topic.
    return message.message_thread_id if message.is_topic_message else None


async def _outsider(turn: Turn, message: Message, place: Place, found: Copy | None) -> Handled:
    """A guest or an anonymous administrator: kept as a note where it belongs to a ticket, and never public."""
    anonymous = message.sender_chat is not None or (message.from_user and message.from_user.id == _ANONYMOUS)
    if found is None or found.ticket is None:
        return done("ignored")
    said = turn.heard
    facts: list[Any] = [*said.facts, {"kind": "outsider", "name": said.sender.name}]
    command = answer.Say(
        ticket=found.ticket, kind="note", text=said.text, by=ROBOT, cause=turn.cause("say"), policy=turn.policy,
        happened_at=said.happened_at, entities=said.entities, files=said.files, facts=facts,
        source=(said.account, place.chat, int(said.external_id)),
    )  # fmt: skip
    await turn.write(answer.say, command)
    if anonymous:
        raise DeskError("anonymous")
    who = message.from_user
    turn.speaker.say(place, turn.render("unknown_person", name=said.sender.name, telegram_id=who.id if who else 0))
    return done("noted", found.ticket)


async def _hint(turn: Turn, ticket: int, place: Place) -> None:
    """Said once to each person about each ticket: silence must never read as "sent"."""
    assert turn.member is not None
    key = f"hint:{turn.member.id}:{ticket}"
    if not await turn.write(revise.first_hint, key):
        return
    about = await turn.read(brief, ticket)
    turn.speaker.say(place, turn.render(_HINT, number=about.number, client=about.client))


async def edited(message: Message, turn: Turn) -> Handled:
    """Staff corrected their own words: while an answer is held the client gets the new ones; later they are told."""
    if message.chat.id != turn.room or turn.member is None:
        return done("ignored")
    return await correct(turn)


async def correct(turn: Turn) -> Handled:
    said = turn.heard
    copy = await turn.read(_own, said)
    if copy is not None and copy.role == "entered":
        raise DeskError("already_entered", number=copy.ticket or 0)
    if copy is None or copy.message is None:
        return done("ignored")
    command = revise.Correct(
        message=copy.message, text=said.text, entities=said.entities, by=turn.staff, cause=turn.cause("correct"),
        policy=turn.policy, at=said.edited_at or turn.now, files=said.files,
    )  # fmt: skip
    changed = await turn.write(revise.correct, command)
    return done("corrected" if changed else "ignored", copy.ticket)


def _own(tx: Tx, said: Incoming) -> Copy | None:
    assert said.chat is not None
    copy = copies.find(tx, said.account, said.chat, int(said.external_id))
    return copy if copy is not None and copy.role in {"staff", "note", "entered"} else None
