"""What staff type: the queue, their own work, finding, and everything a button does, by number."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from aiogram import F, Router
from aiogram.types import Message

from okno.bot import lists, prompts
from okno.bot.speaker import Place, Stand
from okno.bot.turn import Turn, done
from okno.desk.ticket import PRIORITIES
from okno.errors import DeskError, NotFound
from okno.intake.drain import Handled
from okno.intake.telegram import reading
from okno.notifier.telegram.buttons import button, keyboard
from okno.queue import roster, views
from okno.queue.actions import change, duty, finish, merge, take
from okno.queue.transaction import Tx
from okno.texts import Rich

_CHANNELS: Final = ("phone", "whatsapp", "viber", "telegram", "email", "other")
# Bot API, BotCommand: "Can contain only lowercase English letters, digits and underscores".
_COMMAND: Final = re.compile(r"/[A-Za-z0-9_]+(?:@\w+)?(?:\s|$)")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A command's arguments. `number`: the ticket named, or the one whose topic this is; None for neither.

    `words` is all that stands behind the command, `rest` what is left of it without the number, `topic` the ticket of
    the topic it was typed in.
    """

    name: str
    place: Place
    words: str
    number: int | None
    rest: str
    topic: int | None


def router() -> Router:
    made = Router(name="commands")
    made.message.filter(F.text.startswith("/"), _staff_place)
    made.message.register(commanded, _known)
    made.message.register(unknown, _stray)
    return made


async def _staff_place(message: Message, turn: Turn) -> bool:
    # The group's number is asked for before config.toml knows it.
    here = message.chat.type == "private" or message.chat.id == turn.room or _name(message) == "id"
    return here and turn.member is not None


async def _known(message: Message) -> bool:
    return _name(message) in _COMMANDS


async def _stray(message: Message) -> bool:
    """A command mistyped must not become a note or an answer; a path (/etc/nginx is broken) is words."""
    if message.chat.type == "private" and _name(message) == "start":
        return False
    return _COMMAND.match(message.text or "") is not None


async def unknown(message: Message) -> Handled:
    # With a name behind it, it is another bot's: our own menus name only what we have.
    if "@" in (message.text or "").split(maxsplit=1)[0]:
        return done("ignored")
    raise NotFound("no_such_command", command=_name(message))


def _name(message: Message) -> str:
    return reading.command_of(message.text or "")


async def commanded(message: Message, turn: Turn) -> Handled:
    thread = message.message_thread_id if message.is_topic_message else None
    place = Place(chat=message.chat.id, thread=thread, reply_to=message.message_id)
    words = "".join((message.text or "").split(maxsplit=1)[1:]).strip()
    topic = await turn.read(_topic_ticket, (turn.entry.account, message.chat.id, thread))
    first, *others = words.split(maxsplit=1) or [""]
    named = _numeral(first)
    number, rest = (topic, words) if named is None else (named, "".join(others))
    name = _name(message)
    asked = Asked(name=name, place=place, words=words, number=number, rest=rest, topic=topic)
    return await _COMMANDS[name](turn, asked)


def _numeral(word: str) -> int | None:
    """A ticket's number, as in 142 or #142; None for anything else."""
    plain = word.lstrip("#№")
    return int(plain) if plain.isdecimal() and len(plain) < 16 else None  # noqa: PLR2004 - ids are 64 bits


def _topic_ticket(tx: Tx, place: tuple[int, int, int | None]) -> int | None:
    account, chat, thread = place
    view = views.by_remote(tx, account, chat, "topic", thread) if thread is not None else None
    return view.subject if view else None


def _number(asked: Asked) -> int:
    if asked.number is None:
        raise NotFound("which_number", command=asked.name)
    return asked.number


def help_text(turn: Turn) -> Rich:
    assert turn.member is not None
    return turn.render("staff_help", role=turn.member.role, commands=[name for name in _COMMANDS if name != "help"])


async def _help(turn: Turn, asked: Asked) -> Handled:
    turn.speaker.say(asked.place, help_text(turn))
    return done("help")


async def _queue(turn: Turn, asked: Asked) -> Handled:
    await lists.show(turn, asked.place, "queue")
    return done("queue")


async def _mine(turn: Turn, asked: Asked) -> Handled:
    await lists.show(turn, asked.place, "mine")
    return done("mine")


async def _find(turn: Turn, asked: Asked) -> Handled:
    if not asked.words:
        raise DeskError("what_to_find")
    await lists.found(turn, asked.place, asked.words)
    return done("found")


async def _ticket(turn: Turn, asked: Asked) -> Handled:
    await lists.one(turn, asked.place, _number(asked))
    return done("shown", asked.number)


async def _take(turn: Turn, asked: Asked) -> Handled:
    command = take.Take(ticket=_number(asked), by=turn.staff, cause=turn.cause("take"), policy=turn.policy)
    result = await turn.write(take.take, command)
    return _said(turn, asked, "taken", result.ticket)


async def _assign(turn: Turn, asked: Asked) -> Handled:
    """To a colleague by (the beginning of) their name."""
    number = _number(asked)
    members = await turn.read(roster.members, None)
    wanted = asked.rest.lower().lstrip("@")
    begun = [one for one in members if wanted and one.name.lower().startswith(wanted)]
    found = [one for one in begun if one.name.lower() == wanted] or begun
    if len(found) != 1:
        raise NotFound("no_such_member", names=", ".join(one.name for one in begun or members), number=number)
    command = take.Assign(
        ticket=number, to=found[0].id, by=turn.staff, cause=turn.cause("assign"), policy=turn.policy
    )  # fmt: skip
    result = await turn.write(take.assign, command)
    return _said(turn, asked, "assigned", result.ticket, name=found[0].name)


async def _line(turn: Turn, asked: Asked) -> Handled:
    number = _number(asked)
    wanted = asked.rest.lower()
    titles = {line.name: {line.name.lower(), *(title.lower() for _, title in line.title)} for line in turn.config.lines}
    spoken = turn.texts.spoken(turn.language)
    names = {line.name: line.titled(spoken) for line in turn.config.lines}
    lines = await turn.read(roster.lines, None)
    found = next((one for one in lines if wanted in titles.get(one.name, set())), None)
    if found is None:
        listed = ", ".join(names.get(one.name, one.name) for one in lines)
        raise NotFound("no_such_line", names=listed, number=number)
    command = take.PassOn(ticket=number, line=found.id, by=turn.staff, cause=turn.cause("line"), policy=turn.policy)
    result = await turn.write(take.pass_on, command)
    return _said(turn, asked, "passed_on", result.ticket, name=names.get(found.name, found.name))


async def _prio(turn: Turn, asked: Asked) -> Handled:
    """By the name of the priority, in either language."""
    number = _number(asked)
    wanted = asked.rest.lower()
    names = {
        turn.texts.label("priorities", one, language).lower(): one for one in PRIORITIES for language in ("ru", "en")
    }
    priority = names.get(wanted) or next((one for one in PRIORITIES if one == wanted), None)
    if priority is None:
        listed = ", ".join(turn.texts.label("priorities", one, turn.language) for one in PRIORITIES)
        raise DeskError("no_such_priority", names=listed, number=number)
    command = change.Change(ticket=number, by=turn.staff, cause=turn.cause("prio"), priority=priority)
    result = await turn.write(change.change, command)
    named = turn.texts.label("priorities", priority, turn.language)
    return _said(turn, asked, "prioritised", result.ticket, name=named)


async def _merge(turn: Turn, asked: Asked) -> Handled:
    """`/merge 12 15`: the first becomes part of the second. In a topic one number is the second."""
    source, into = (asked.number, _numeral(asked.rest)) if asked.rest else (asked.topic, asked.number)
    if source is None or into is None or not asked.words:
        raise NotFound("what_to_merge")
    command = merge.Merge(ticket=source, into=into, by=turn.staff, cause=turn.cause("merge"), policy=turn.policy)
    result = await turn.write(merge.merge, command)
    return _said(turn, asked, "merged", result.into, number=result.ticket)


async def _close(turn: Turn, asked: Asked) -> Handled:
    command = finish.End(
        ticket=_number(asked), kind="close", by=turn.staff, cause=turn.cause("close"), policy=turn.policy,
        reason=asked.rest,
    )  # fmt: skip
    result = await turn.write(finish.end, command)
    return _said(turn, asked, "closed", result.ticket)


async def _away(turn: Turn, asked: Asked) -> Handled:
    assert turn.member is not None
    command = duty.Presence(
        staff=turn.member.id, change="away", cause=turn.cause("away"), policy=turn.policy, why=asked.words
    )
    await turn.write(duty.presence, command)
    load = await turn.read(lists.load, turn.member.id)
    turn.speaker.say(asked.place, turn.render("away_on", open=load, until=None, now=turn.now))
    return done("away")


async def _back(turn: Turn, asked: Asked) -> Handled:
    assert turn.member is not None
    command = duty.Presence(staff=turn.member.id, change="back", cause=turn.cause("back"), policy=turn.policy)
    await turn.write(duty.presence, command)
    load, waiting = await turn.read(lists.load, turn.member.id), await turn.read(lists.waiting, None)
    turn.speaker.say(asked.place, turn.render("back_on", open=load, queue=waiting))
    return done("back")


async def _manual(turn: Turn, asked: Asked) -> Handled:
    rows = [button(turn.texts.label("channels", one, turn.language), "by", 0, one) for one in _CHANNELS]
    turn.speaker.say(asked.place, turn.render("manual_channel"), keyboard(rows[:3], rows[3:]))
    return done("manual")


async def _write(turn: Turn, asked: Asked) -> Handled:
    """To a known client, by mail address, @username or Telegram id."""
    named = asked.words
    known = await turn.read(prompts.known_client, named) if named else None
    if known is None:
        raise NotFound("no_such_client")
    stand = Stand(role="prompt", data={"purpose": "first", "requester": known.id})
    prompts.ask(turn, asked.place, "write_prompt", stand, "answer", client=known.name or named)
    return done("write")


async def _id(turn: Turn, asked: Asked) -> Handled:
    turn.speaker.say(asked.place, Rich.plain(str(asked.place.chat)))
    return done("id")


def _said(turn: Turn, asked: Asked, toast: str, ticket: int, **facts: str | int) -> Handled:
    turn.speaker.say(asked.place, Rich.plain(f"#{ticket}: {turn.toast(toast, **facts)}"))
    return done(toast, ticket)


_COMMANDS: Final[Mapping[str, Callable[[Turn, Asked], Awaitable[Handled]]]] = {
    "queue": _queue, "mine": _mine, "ticket": _ticket, "find": _find, "take": _take, "assign": _assign, "line": _line,
    "prio": _prio, "merge": _merge, "close": _close, "away": _away, "back": _back, "manual": _manual, "write": _write,
    "id": _id, "help": _help,
}  # fmt: skip
