"""The values each template of a letter takes (`texts.contracts`), made from a ticket's brief and the letter's data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from okno.notifier.brief import Brief, Said
from okno.queue.actions.policy import Policy
from okno.queue.letters import Queued
from okno.queue.messages import Message
from okno.texts import Rich


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a letter is made of. `said` is the message whose words it carries; `signed` how its author is shown; `under`
    the client's own message in their chat that it answers; `thread` the ticket's mails, for a mail.
    """

    letter: Queued
    brief: Brief
    said: Said | None
    signed: str
    other: str | None
    choices: list[dict[str, Any]]
    accepts_at: datetime | None
    policy: Policy
    line: str
    now: datetime
    under: int | None = None
    thread: Sequence[Message] = ()


Values = dict[str, Any]
# Bot API, getFile: "The maximum file size to download is 20 MB".
FETCHABLE: Final = 20 << 20


def rich(said: Said | None) -> Rich | None:
    """A message's words with their formatting; None for a message without words."""
    if said is None or not said.message.text.strip():
        return None
    return Rich.from_telegram(said.message.text, said.message.data.get("entities") or ())


def of(material: Material) -> Values:
    return _VALUES[material.letter.template](material)


def head(brief: Brief) -> Values:
    return {"number": brief.number, "client": brief.client, "subject": brief.ticket.subject}


def _said(material: Material) -> Values:
    said = material.said or material.brief.last
    return {"words": rich(said), "facts": said.facts if said else [], "now": material.now}


def _number(material: Material) -> Values:
    return {"number": material.brief.number}


def _closed(material: Material) -> Values:
    return {"number": material.brief.number, "subject": material.brief.ticket.subject}


def _ours(material: Material) -> Values:
    return {"number": material.brief.number, "author": material.signed, "words": rich(material.said) or Rich("")}


def _too_big(material: Material) -> Values:
    data = material.letter.data
    post = next(iter(material.policy.posts.values()), None)
    return {
        "number": material.brief.number, "name": data.get("name"), "size": data.get("size"), "limit": FETCHABLE,
        "address": post.address if post else None,
    }  # fmt: skip


def _linked(material: Material) -> Values:
    return {"number": material.brief.number, "earlier": material.brief.ticket.continues}


def _merged(material: Material) -> Values:
    return {"number": material.brief.number, "earlier": material.letter.data["earlier"]}


def _accepted(material: Material) -> Values:
    return {**head(material.brief), "silent": bool(material.letter.data.get("silent"))}


def _twice(material: Material) -> Values:
    brief = material.brief
    return {**head(brief), "channel": brief.ticket.channel, "words": rich(material.said)}


def _check(material: Material) -> Values:
    return {
        "number": material.brief.number, "author": material.signed, "words": rich(material.said),
        "accepts_at": material.accepts_at, "now": material.now,
    }  # fmt: skip


def _which(material: Material) -> Values:
    return {"requests": material.choices, "ended": bool(material.letter.data.get("ended"))}


def _assigned(material: Material) -> Values:
    brief = material.brief
    why = brief.why if brief.why and brief.why.get("kind") == "least_load" else None
    by = brief.why.get("by") if brief.why else None
    return {
        **head(brief), "channel": brief.ticket.channel, "priority": brief.ticket.priority, "by": by, "why": why,
        "due_at": brief.clocks.get("first_answer"), **_said(material),
    }  # fmt: skip


def _wrote(material: Material) -> Values:
    return {**head(material.brief), "count": 1, "reopened": False, **_said(material)}


def _undelivered(material: Material) -> Values:
    brief = material.brief
    return {
        **head(brief), "channel": brief.ticket.channel, "reason": material.letter.data.get("reason"),
        "other": material.other, "words": rich(material.said),
    }  # fmt: skip


def _returned(material: Material) -> Values:
    last = material.brief.last
    return {**head(material.brief), "words": rich(last) if last and last.message.rule == "reason" else None}


def _woken(material: Material) -> Values:
    assignee = material.brief.assignee
    return {**head(material.brief), "assignee": assignee.name if assignee else None}


def _waited(material: Material) -> Any:
    return material.now - material.brief.ticket.created_at


def _unassigned(material: Material) -> Values:
    return {**head(material.brief), "line": material.line, "waited": _waited(material)}


def _lead(material: Material) -> Values:
    return {**_unassigned(material), **_woken(material)}


def _first_answer(material: Material) -> Values:
    due = material.brief.clocks.get("first_answer") or material.now
    late = due <= material.now
    return {**_woken(material), "due_at": due, "late": late, "span": abs(material.now - due), "now": material.now}


def _instant(name: str, value: Any) -> Any:
    return datetime.fromtimestamp(value, UTC) if name in {"since", "until", "now"} and isinstance(value, int) else value


_VALUES: Final[Mapping[str, Callable[[Material], Values]]] = {
    "receipt": _number,
    "accepted": _number,
    "reopened": _number,
    "closed": _closed,
    "closed_silence": _closed,
    "closed_new_linked": _linked,
    "merged_for_client": _merged,
    "file_too_big": _too_big,
    "answer": _ours,
    "question": _ours,
    "written_first": _ours,
    "done_please_check": _check,
    "which_ticket": _which,
    "alert_assigned": _assigned,
    "alert_client_wrote": _wrote,
    "alert_undelivered": _undelivered,
    "alert_returned": _returned,
    "alert_accepted": _accepted,
    "alert_failed_part": _twice,
    "alert_woken": _woken,
    "nudge_unassigned": _unassigned,
    "nudge_first_answer": _first_answer,
    "nudge_lead": _lead,
}
WITHOUT_TICKET: Final = frozenset({"statement", "alarm_channel_down", "alarm_channel_back", "alarm_parked"})


def plain(letter: Queued) -> Values:
    """Letters that are about no ticket bring all their values along."""
    return {name: _instant(name, value) for name, value in letter.data.items()}
