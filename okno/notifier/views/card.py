"""The live card of a ticket: one message edited in place, never a stream of them; and the buttons of private alerts."""

import hashlib
import json
from datetime import datetime
from typing import Any

from okno.errors import Refused, Unknown
from okno.notifier import values
from okno.notifier.brief import Brief, brief
from okno.notifier.telegram import buttons
from okno.notifier.telegram.calls import MessageGone, NoForum, Same, TopicGone
from okno.notifier.telegram.courier import message_ids
from okno.notifier.views import topic
from okno.notifier.views.easel import Easel
from okno.queue import copies, views
from okno.queue.transaction import Tx
from okno.queue.views import View


async def headed(easel: Easel, view: View) -> int | None:
    """The topic of a ticket with its card at the head of it: whatever else is shown there comes after."""
    thread = await topic.thread(easel, view)
    one = await easel.store.read(_of, view.subject)
    if one is not None and one.remote is None:
        await draw(easel, one)
    return thread


def _of(tx: Tx, ticket: int) -> View | None:
    return views.find(tx, "ticket", ticket, "card")


async def draw(easel: Easel, view: View) -> None:
    about = await easel.store.read(brief, view.subject)
    thread = await topic.thread(easel, view)
    message = content(easel, about, easel.language)
    look = _look(message)
    if view.remote is not None and view.data.get("look") == look:
        await easel.shown(view, view.remote, view.data)
        return
    try:
        await _put(easel, view, thread, message, look)
    except TopicGone:
        await topic.forget(easel, view.subject)


async def _put(easel: Easel, view: View, thread: int | None, message: dict[str, Any], look: str) -> None:
    if view.remote is not None:
        try:
            await easel.call(view, "editMessageText", message_id=view.remote, **message)
        except Same:
            pass
        except MessageGone:
            await _send(easel, view, thread, message, look)
            return
        await easel.shown(view, view.remote, {"look": look})
        return
    await _send(easel, view, thread, message, look)


async def _send(easel: Easel, view: View, thread: int | None, message: dict[str, Any], look: str) -> None:
    result = await easel.to_thread(view, thread, "sendMessage", disable_notification=True, **message)
    number = message_ids(result)[0]
    one = copies.Copy(account=view.account, chat=view.chat, external_id=number, role="card", ticket=view.subject)
    await easel.store.write(copies.put, one, easel.now())
    await easel.shown(view, number, {"look": look})


async def draw_alert(easel: Easel, view: View) -> None:
    """A private alert keeps its words and gets the buttons that fit by now; taken by another, it says so."""
    about = await easel.store.read(brief, view.subject)
    staff = int(view.surface.partition(":")[2])
    word = easel.word(easel.language)
    assignee = about.assignee
    try:
        # A lead is told because somebody has it and does not answer: those words stay.
        if assignee is not None and assignee.id != staff and view.data.get("template") != "nudge_lead":
            text = easel.texts.render("taken_by_other", easel.language, number=about.number, assignee=assignee.name)
            await easel.call(view, "editMessageText", message_id=view.remote, **text.as_telegram())
        else:
            markup = buttons.staff(
                about.number, about.status, word, assigned=assignee is not None, maybe=about.ticket.maybe
            )
            await easel.call(view, "editMessageReplyMarkup", message_id=view.remote, reply_markup=markup)
    except (Same, MessageGone, Refused, Unknown, NoForum, TopicGone):
        # Deleted, too old, or shown already: buttons are only a way in.
        pass
    await easel.shown(view, view.remote, view.data)


def content(easel: Easel, about: Brief, language: str) -> dict[str, Any]:
    """The card as fields of sendMessage: text, entities, buttons."""
    text = easel.texts.render("card", language, **card(easel, about)).cut(4096)
    markup = buttons.staff(
        about.number, about.status, easel.word(language), assigned=about.assignee is not None, maybe=about.ticket.maybe
    )
    return {**text.as_telegram(), "reply_markup": markup, "link_preview_options": {"is_disabled": True}}


def card(easel: Easel, about: Brief) -> dict[str, Any]:
    one = about.ticket
    return {
        **overview(about, easel.now(), _titled(easel, about)),
        "last": _last(about),
        "why": about.why,
        "maybe": one.maybe,
        "continues": one.continues,
        "merged_into": one.merged_into,
        "postponed_until": one.postponed_until,
        "undelivered": about.undelivered,
    }


def _titled(easel: Easel, about: Brief) -> str:
    line = next((known for known in easel.config.lines if known.name == about.line), None)
    return line.titled(easel.config.language) if line else about.line


def overview(about: Brief, now: datetime, line: str) -> dict[str, Any]:
    """The values `card` and `ticket_view` begin with."""
    one = about.ticket
    shown = {kind: due for kind, due in about.clocks.items() if kind in {"first_answer", "acceptance"}}
    return {
        **values.head(about),
        "contact": about.contact or None,
        "organisation": None,
        "channel": one.channel,
        "status": one.status,
        "priority": one.priority,
        "assignee": about.assignee.name if about.assignee else None,
        "line": line,
        "created_at": one.created_at,
        "clocks": [
            {"kind": kind, "due_at": due, "state": "late" if due < now else "running"} for kind, due in shown.items()
        ],
        "warnings": list(about.warnings),
        "now": now,
    }


def _last(about: Brief) -> dict[str, Any] | None:
    said = about.last
    if said is None:
        return None
    words = values.rich(said)
    return {
        "author": said.author or about.client, "at": said.message.happened_at, "side": said.message.direction,
        "words": words, "facts": said.facts,
    }  # fmt: skip


def _look(message: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(message, sort_keys=True, ensure_ascii=True).encode()).hexdigest()[:16]
