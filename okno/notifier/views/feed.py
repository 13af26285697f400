"""A ticket's words in its topic: what waits leaves as one message, files as albums, and every copy is remembered."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from okno.errors import Refused, Unknown
from okno.notifier import values
from okno.notifier.brief import Said, said
from okno.notifier.telegram import media
from okno.notifier.telegram.calls import TopicGone
from okno.notifier.telegram.courier import message_ids
from okno.notifier.views import card, topic
from okno.notifier.views.easel import Easel, log
from okno.queue import copies, tables, tickets
from okno.queue.attachments import Attachment
from okno.queue.messages import REPLACED, Message
from okno.queue.transaction import Tx
from okno.queue.views import View
from okno.texts import Rich

Place = dict[str, Any]
_LIMIT: Final = 4096
_CAPTION: Final = 1024
_AT_ONCE: Final = 30
# A file whose sending ends unknown this often is left out: it may be what ends it so.
_TRIES: Final = 3


async def draw(easel: Easel, view: View) -> None:
    thread = await card.headed(easel, view)
    due, upto = await easel.store.read(_due, view)
    try:
        for batch in _batches(easel, due):
            await _send(easel, view, thread, batch)
            await easel.shown(view, None, {}, revision=batch[-1].message.id)
    except TopicGone:
        await topic.forget(easel, view.subject)
    else:
        await easel.shown(view, None, {}, revision=upto)


def _due(tx: Tx, view: View) -> tuple[list[Said], int]:
    """The next of what the topic has not seen, everything of the client and what staff said elsewhere; and up to which
    message this is all.
    """
    message = tables.message
    query = sa.select(message.c.id, message.c.data).where(
        message.c.ticket == view.subject, message.c.id > view.shown, message.c.id <= view.wanted
    )
    rows = list(tx.rows(query.order_by(message.c.id).limit(_AT_ONCE)))
    here = [row.id for row in rows if (row.data.get("source") or [0, 0])[1] != view.chat]
    upto = rows[-1].id if len(rows) == _AT_ONCE else view.wanted
    return [one for key in here if (one := said(tx, key))], upto


def _batches(easel: Easel, due: Sequence[Said]) -> list[list[Said]]:
    """Neighbours without files join while they fit one message; an album stays whole; any other file stands alone."""
    found: list[list[Said]] = []
    size = 0
    for one in due:
        units = line(easel, one).units + 2
        last = found[-1][-1] if found else None
        album = bool(last and one.message.album and last.message.album == one.message.album)
        plain = not one.files and last is not None and not last.files and size + units <= _LIMIT
        if album or plain:
            found[-1].append(one)
            size += units
        else:
            found.append([one])
            size = units
    return found


async def _send(easel: Easel, view: View, thread: int | None, batch: Sequence[Said]) -> None:
    text = Rich.join([line(easel, one) for one in batch], between="\n\n")
    sent = await _shown(easel, view, thread, text, [file for one in batch for file in _files(one)])
    await _remember(easel, view, batch, sent)


def _files(one: Said) -> list[Attachment]:
    """Those of the message as it is now."""
    return [file for file in one.files if not file.facts.get(REPLACED)]


async def _shown(
    easel: Easel, view: View, thread: int | None, text: Rich, files: Sequence[Attachment], under: Place | None = None
) -> list[int]:  # fmt: skip
    """The words as the caption of the first file where that can be. The numbers of what was sent."""
    fits = bool(files) and media.captioned(files[0]) and text.units <= _CAPTION
    calls = media.sends(files, chat=view.chat, caption=text.as_telegram() if fits else None)
    sent: list[int] = []
    if not fits or not calls:
        sent += await _words(easel, view, thread, text, under)
    for number, call in enumerate(calls):
        shown = await _file(easel, view, thread, call, under)
        if shown is None and fits and number == 0:
            shown = await _words(easel, view, thread, text, under)
        sent += shown or []
    return sent


async def _words(easel: Easel, view: View, thread: int | None, text: Rich, under: Place | None) -> list[int]:
    sent: list[int] = []
    for piece in text.split(_LIMIT):
        result = await easel.to_thread(
            view, thread, "sendMessage", **piece.as_telegram(), link_preview_options={"is_disabled": True},
            **_under(under),
        )  # fmt: skip
        sent += message_ids(result)
    return sent


def _under(place: Place | None) -> dict[str, Any]:
    return {"reply_parameters": place} if place else {}


async def _file(
    easel: Easel, view: View, thread: int | None, call: dict[str, Any], under: Place | None
) -> list[int] | None:  # fmt: skip
    """None for a file that cannot be shown: it never holds back the words, and its name stands in them."""
    fields = {key: value for key, value in call.items() if key not in {"method", "chat_id"}} | _under(under)
    try:
        return list(message_ids(await easel.to_thread(view, thread, call["method"], **fields)))
    except (Refused, Unknown) as error:
        if isinstance(error, Unknown) and view.tries < _TRIES:
            raise
        log.warning("a file could not be shown", ticket=view.subject, error=str(error))
        return None


async def _remember(easel: Easel, view: View, batch: Sequence[Said], sent: Sequence[int]) -> None:
    """Only a copy of a client's words makes a reply public; a colleague's words stay a note's place."""
    client = [one.message.id for one in batch if one.message.direction == "in"]
    role = "feed" if client else "note"
    keys = client or [one.message.id for one in batch]
    for number in sent:
        one = copies.Copy(
            account=view.account, chat=view.chat, external_id=number, role=role, ticket=view.subject,
            message=keys[-1], data={"messages": keys},
        )  # fmt: skip
        await easel.store.write(copies.put, one, easel.now())


async def draw_revised(easel: Easel, view: View) -> None:
    """An edited message, or one moved here from another ticket, is shown again under its first copy, with its files
    when the edit brought others.
    """
    one = await easel.store.read(said, view.subject)
    if one is None:
        await easel.shown(view, view.remote, {})
        return
    ticket_view = View(**{**_fields(view), "subject": one.message.ticket})
    thread = await card.headed(easel, ticket_view)
    copy = (await easel.store.read(_copies, one.message.id))[:1]
    reply = {"message_id": copy[0].external_id, "allow_sending_without_reply": True} if copy else None
    before = await easel.store.read(_before, one.message)
    moved = [{"kind": "moved_here", "number": before}] if before else []
    text = line(easel, one, moved).cut(_LIMIT)
    if before and view.data.get("moved") != one.message.ticket:
        await _moved_away(easel, View(**{**_fields(view), "subject": before}), one, reply)
    refiled = one.message.data.get("refiled")
    files = _files(one) if refiled != view.data.get("refiled") else []
    try:
        sent = await _shown(easel, ticket_view, thread, text, files, reply)
    except TopicGone:
        await topic.forget(easel, one.message.ticket)
    else:
        await _remember(easel, ticket_view, [one], sent)
    told = {"moved": one.message.ticket if before else None, "refiled": refiled}
    await easel.shown(view, view.remote, {key: value for key, value in told.items() if value})


async def _moved_away(easel: Easel, before: View, one: Said, reply: dict[str, Any] | None) -> None:
    """Said once where the words had stood: whoever reads there must not go on answering them."""
    fact = {"kind": "moved_away", "number": one.message.ticket}
    text = line(easel, one, [fact]).cut(_LIMIT)
    thread = await topic.thread(easel, before)
    try:
        result = await easel.to_thread(before, thread, "sendMessage", **text.as_telegram(), reply_parameters=reply)
    except TopicGone:
        return
    number = message_ids(result)[0]
    # A reply to this is a note of the old ticket.
    copy = copies.Copy(account=before.account, chat=before.chat, external_id=number, role="note", ticket=before.subject)
    await easel.store.write(copies.put, copy, easel.now())


def _before(tx: Tx, message: Message) -> int | None:
    """The ticket it was moved here from."""
    past = reversed(tickets.history(tx, [message.ticket]))
    moves = (done.data for done in past if done.kind == "message_moved")
    return next((data["from"] for data in moves if (data["message"], data["to"]) == (message.id, message.ticket)), None)


def _copies(tx: Tx, message: int) -> list[copies.Copy]:
    return copies.of_message(tx, message, "feed")


def _fields(view: View) -> dict[str, Any]:
    return {name: getattr(view, name) for name in View.__dataclass_fields__}


def line(easel: Easel, one: Said, more: Sequence[dict[str, Any]] = ()) -> Rich:
    """`more`: facts to tell beside those of the message."""
    message = one.message
    quote = message.data.get("quote")
    return easel.texts.render(
        "feed_line", easel.language, author=one.author or easel.texts.label("people", "unknown", easel.language),
        at=message.happened_at, side=message.direction, edited=message.edited,
        unverified=bool(message.data.get("unverified")), quote=Rich.plain(quote) if quote else None, delivery=None,
        words=values.rich(one), facts=[*one.facts, *more], now=easel.now(),
    )  # fmt: skip
