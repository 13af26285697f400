"""Questions the bot asks by ForceReply, and what a reply to each of them does."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from okno.bot import confirm, search
from okno.bot import kept as drafts
from okno.bot.speaker import Place, Stand
from okno.bot.turn import Turn, done
from okno.desk.message import Channel, Incoming, Sender
from okno.errors import DeskError
from okno.intake.drain import Handled
from okno.notifier.brief import brief
from okno.queue import copies, people
from okno.queue.actions import answer, enter, finish
from okno.queue.copies import Copy
from okno.queue.people import Identity
from okno.queue.transaction import Tx

Data = dict[str, Any]
_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def ask(
    turn: Turn, place: Place, template: str, stand: Stand, placeholder: str, **values: Any
) -> None:  # fmt: skip
    """Says the template and waits for a reply to it. Bot API, ForceReply: `selective` shows it to the replied only."""
    markup = {"force_reply": True, "selective": True, "input_field_placeholder": turn.placeholder(placeholder)[:64]}
    turn.speaker.say(place, turn.render(template, **values), markup, stand)


async def ask_words(turn: Turn, place: Place, ticket: int, purpose: str) -> None:
    """The prompt of Answer, Ask and Note: only a reply to it (or to the client's own words) is public."""
    about = await turn.read(brief, ticket)
    stand = Stand(role="prompt", ticket=about.number, data={"purpose": purpose, "staff": turn.staff.id})
    ask(
        turn, place, "reply_prompt", stand, purpose, number=about.number, client=about.client,
        channel=about.ticket.channel, purpose=purpose,
    )  # fmt: skip


async def answered(turn: Turn, copy: Copy, place: Place) -> Handled:
    """A reply to a prompt of ours."""
    act = _ACTS.get(str(copy.data.get("purpose")))
    if act is None:
        raise DeskError("stale_button")
    return await act(turn, copy, place)


async def _words(turn: Turn, copy: Copy, place: Place) -> Handled:
    assert copy.ticket is not None
    purpose = copy.data["purpose"]
    kind = {"answer": "answer", "question": "question", "note": "note"}[purpose]
    return await say(turn, copy.ticket, kind, place)


async def say(
    turn: Turn, ticket: int, kind: Any, place: Place, reply_to: int | None = None, *, mistakable: bool = False
) -> Handled:  # fmt: skip
    """Words of staff, as a note or to the client; before an answer leaves it can be recalled."""
    heard = turn.heard
    command = answer.Say(
        ticket=ticket, kind=kind, text=heard.text, by=turn.staff, cause=turn.cause("say"), policy=turn.policy,
        happened_at=heard.happened_at, entities=heard.entities, files=heard.files, facts=heard.facts,
        source=(heard.account, place.chat, int(heard.external_id)), reply_to=reply_to, mistakable=mistakable,
    )  # fmt: skip
    result = await turn.write(answer.say, command)
    if kind != "note":
        await confirm.held(turn, result, place)
    return done("noted" if kind == "note" else "answered", result.ticket)


async def _reason(turn: Turn, copy: Copy, place: Place) -> Handled:
    """A client says what is not ready yet."""
    assert copy.ticket is not None
    by = turn.client
    heard = turn.heard
    command = finish.End(
        ticket=copy.ticket, kind="return", by=by, cause=turn.cause("return"), policy=turn.policy, reason=heard.text,
        at=heard.happened_at,
    )  # fmt: skip
    await turn.write(finish.end, command)
    turn.speaker.say(place, turn.render("reopened", number=copy.ticket))
    return done("returned", copy.ticket)


async def _manual_who(turn: Turn, copy: Copy, place: Place) -> Handled:
    channel: Channel = copy.data["channel"]
    named = turn.heard.text.strip().replace("\n", " ")[:200]
    if not named:
        raise DeskError("no_such_client")
    found = await turn.read(known_client, named)
    known = found.id if found else None
    named = (found.name or named) if found else named
    draft = copy.data.get("draft")
    if draft:
        heard = await turn.read(drafts.kept, (turn.entry.account, place.chat, draft))
        if heard is None:
            raise DeskError("stale_button")
        return await _entered(turn, heard, channel, named, known, place)
    data: Data = {"purpose": "manual_words", "channel": channel, "named": named, "known": known}
    stand = Stand(role="prompt", data=data)
    ask(turn, place, "manual_words", stand, "manual", client=named, channel=channel)
    return done("manual")


def known_client(tx: Tx, named: str) -> Identity | None:
    """By mail address, @username or Telegram id, also among other words; None for somebody new."""
    plain = named.strip()
    if plain.isdecimal():
        return people.find(tx, "telegram", plain)
    # Of several words only what can be nothing but an address: a name may be anybody's.
    marked = [word for word in _words_of(plain) if "@" in word] or [plain]
    found = (people.find(tx, "email", one.lower()) or people.by_username(tx, one.removeprefix("@")) for one in marked)
    return next((one for one in found if one), None)


def _words_of(named: str) -> list[str]:
    return [word.strip(".,;:<>()") for word in named.split()]


async def _manual_words(turn: Turn, copy: Copy, place: Place) -> Handled:
    return await _entered(
        turn, turn.heard, copy.data["channel"], str(copy.data["named"]), copy.data.get("known"), place
    )


async def _entered(
    turn: Turn, heard: Incoming, channel: Channel, named: str, known: int | None, place: Place
) -> Handled:  # fmt: skip
    sender = None if known else _somebody(channel, named)
    command = enter.Enter(
        by=turn.staff, cause=turn.cause("enter"), policy=turn.policy, channel=channel, happened_at=heard.happened_at,
        requester=known, sender=sender, text=heard.text, files=heard.files, facts=heard.facts, account=heard.account,
    )  # fmt: skip
    result = await turn.write(enter.enter, command)
    own = Copy(
        account=heard.account, chat=place.chat, external_id=int(heard.external_id), role="entered", ticket=result.ticket
    )
    await turn.write(copies.put, own)
    turn.speaker.say(place, turn.render("manual_done", number=result.ticket, client=named, channel=channel))
    return done("entered", result.ticket)


def _somebody(channel: Channel, named: str) -> Sender:
    """Somebody new. Only an address that can be written to may stand as one of Telegram or mail."""
    address = next((word.lower() for word in _words_of(named) if _ADDRESS.fullmatch(word)), None)
    if channel == "email" and address is not None:
        return Sender(kind="email", address=address, name=named)
    kind: Channel = "other" if channel in {"email", "telegram"} else channel
    return Sender(kind=kind, address=f"{channel}:{named.lower()}", name=named)


async def _first(turn: Turn, copy: Copy, place: Place) -> Handled:
    heard = turn.heard
    command = enter.WriteFirst(
        by=turn.staff, cause=turn.cause("first"), policy=turn.policy, requester=copy.data["requester"],
        text=heard.text, happened_at=heard.happened_at, entities=heard.entities, files=heard.files, facts=heard.facts,
        source=(heard.account, place.chat, int(heard.external_id)),
    )  # fmt: skip
    result = await turn.write(enter.write_first, command)
    await confirm.held(turn, answer.Said(ticket=result.ticket, message=result.message), place)
    return done("written_first", result.ticket)


_ACTS: Final[Mapping[str, Callable[[Turn, Copy, Place], Awaitable[Handled]]]] = {
    "answer": _words,
    "question": _words,
    "note": _words,
    "reason": _reason,
    "manual_who": _manual_who,
    "manual_words": _manual_words,
    "first": _first,
    "my_find": search.answered,
}
