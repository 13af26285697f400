"""Tickets as other programs get them and as people read them in a terminal. The keys of the objects stay."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from okno.cli.output import block, instant, plain, table
from okno.cli.tongue import Tongue
from okno.queue.attachments import Attachment
from okno.queue.deliveries import Sending, delivery
from okno.queue.listing import Listed, Whole
from okno.queue.messages import Message
from okno.queue.tickets import Recorded

Json = dict[str, Any]
_COLUMNS: Final = ("number", "status", "priority", "subject", "requester", "channel", "assignee", "updated_at")
_WIDE: Final = _COLUMNS.index("subject")
_HEAD: Final = (
    "status", "priority", "requester", "channel", "assignee", "line", "created_at", "updated_at",
    "first_response_due_at", "resolve_due_at",
)  # fmt: skip


def listed(one: Listed) -> Json:
    return {
        "number": one.number, "status": one.status, "priority": one.priority, "subject": one.subject or None,
        "requester": one.requester or None, "channel": one.channel, "assignee": one.assignee, "line": one.line,
        "created_at": instant(one.created_at), "updated_at": instant(one.updated_at),
        "first_response_due_at": instant(one.first_response_due_at), "resolve_due_at": instant(one.resolve_due_at),
        "requester_addresses": [{"channel": kind, "address": address} for kind, address in one.addresses],
        "merged_into": one.merged_into,
    }  # fmt: skip


def whole(one: Whole) -> Json:
    return {
        **listed(one.listed),
        "merged": list(one.merged),
        "messages": [_message(one, said) for said in one.messages],
        "events": [_event(one, done) for done in one.events],
    }


def _message(one: Whole, said: Message) -> Json:
    sendings = one.sendings.get(said.id, ())
    files = one.files.get(said.id, ())
    return {
        "id": said.id, "ticket": said.ticket, "direction": said.direction, "channel": _channel(said, sendings),
        "author": _author(one, said), "text": said.text, "full_text": said.full_text or said.text,
        "external_id": said.external_id or _external(sendings), "rule": said.rule or None,
        "delivery": delivery(sendings) if said.direction == "out" else None,
        "attachments": [_attachment(file) for file in files if file.kind != "raw"],
        "at": instant(said.happened_at), "recorded_at": instant(said.recorded_at), "edited": said.edited,
        "kind": said.data.get("kind", "person"), "unverified": bool(said.data.get("unverified")),
        "facts": said.data.get("facts", []), "deliveries": [_sending(each) for each in sendings],
    }  # fmt: skip


def _channel(said: Message, sendings: Sequence[Sending]) -> str:
    """An answer is written in Telegram and may leave by mail: what counts is how it reaches the client."""
    return sendings[-1].channel if said.direction == "out" and sendings else said.channel


def _external(sendings: Sequence[Sending]) -> str | None:
    for one in reversed(sendings):
        if one.header_id:
            return one.header_id
        if isinstance(one.remote, list) and one.remote:
            return str(one.remote[0])
    return None


def _author(one: Whole, said: Message) -> str | None:
    if said.author is None:
        return None
    return one.names.get(("staff" if said.author_kind == "staff" else "identity", said.author)) or None


def _attachment(file: Attachment) -> Json:
    return {
        "name": file.name or None, "type": file.type, "size": file.size, "sha256": file.sha256, "kind": file.kind,
        "inline": file.inline, "state": file.state,
    }  # fmt: skip


def _sending(one: Sending) -> Json:
    return {
        "channel": one.channel, "recipient": one.recipient, "state": one.state, "maybe_twice": one.doubts > 0,
        "reason": one.reason or None,
    }  # fmt: skip


def _event(one: Whole, done: Recorded) -> Json:
    actor = one.names.get((done.actor_kind, done.actor)) if done.actor is not None else None
    return {
        "id": done.id, "kind": done.kind, "actor_kind": done.actor_kind, "actor": actor or None, "data": done.data,
        "at": instant(done.happened_at), "recorded_at": instant(done.recorded_at),
    }  # fmt: skip


def rows(found: Sequence[Listed], tongue: Tongue, most: int) -> list[str]:
    head = [tongue.word(name) for name in _COLUMNS]
    return table([head, *([_cell(one, name, tongue) for name in _COLUMNS] for one in found)], wide=_WIDE, most=most)


def _cell(one: Listed, name: str, tongue: Tongue) -> str:
    groups = {"status": "states", "priority": "priorities", "channel": "channels"}
    value = getattr(one, name)
    if name in groups:
        return tongue.label(groups[name], value)
    if name.endswith("_at"):
        return tongue.moment(value)
    return plain(str(value)) if value not in (None, "") else "–"


def pages(one: Whole, tongue: Tongue) -> Iterator[str]:
    """One ticket to read from top to bottom."""
    yield f"#{one.listed.number}  {plain(one.listed.subject)}"
    for name in _HEAD:
        yield f"  {tongue.word(name)}: {_cell(one.listed, name, tongue)}"
    if one.listed.merged_into:
        yield f"  {tongue.word('merged_into')}: #{one.listed.merged_into}"
    if one.merged:
        yield f"  {tongue.word('merged')}: {', '.join(f'#{number}' for number in one.merged)}"
    for said in one.messages:
        yield ""
        yield from _read(one, said, tongue)
    yield ""
    yield f"{tongue.word('events')}:"
    for done in one.events:
        who = one.names.get((done.actor_kind, done.actor or 0)) or tongue.label("roles", done.actor_kind)
        yield f"  {tongue.moment(done.happened_at)}  {plain(who)}: {tongue.label('events', done.kind)}"


def _read(one: Whole, said: Message, tongue: Tongue) -> Iterator[str]:
    sendings = one.sendings.get(said.id, ())
    state = delivery(sendings) if said.direction == "out" else None
    about = [
        tongue.moment(said.happened_at), plain(_author(one, said) or "–"), tongue.label("sides", said.direction),
        tongue.label("channels", _channel(said, sendings)),
    ]  # fmt: skip
    if state:
        about.append(tongue.label("deliveries", state))
    if said.rule:
        about.append(tongue.label("rules", said.rule))
    yield "  ·  ".join(about)
    if said.text.strip():
        yield block(said.text, "    ")
    names = [plain(file.name or file.type) for file in one.files.get(said.id, ()) if file.kind != "raw"]
    if names:
        yield f"    [{tongue.word('files')}: {', '.join(names)}]"
