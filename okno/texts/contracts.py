"""The contract of every template: which values it takes, told by an example of each. The only list there is.

A template's file is <language>/client/<name>.html or <language>/staff/<name>.html.

A value is plain data: words on one line (str), words with lines and formatting of their own (Rich), a number, an aware
datetime, a timedelta, a truth, a key of labels.toml (str), rows of these, or a Fact. `Maybe` may be None or left out;
a `Name` may also be Rich.mention, which notifies.

What the names mean everywhere:
  number    the request's number               words    what somebody wrote, Rich
  subject   its subject, possibly ""           facts    what came besides words, see [facts] of labels.toml
  author    who wrote, as this reader sees it  now      what the clock says; "today" is counted from it
  client    the client's name, for staff       page     the page shown, from 1; pages: how many there are
  status, priority, channel, service, role, delivery, side, tab, kind, purpose: keys of their groups in labels.toml
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from okno.texts.fit import Fact, Maybe, Name, fit
from okno.texts.rich import Entity, Rich

_NOW: Final = datetime(2026, 11, 21, 11, 5, tzinfo=UTC)
_AGO: Final = _NOW - timedelta(hours=2, minutes=5)
_LATER: Final = _NOW + timedelta(days=3)
_ANNA: Final = Name("Анна")
_OLEG: Final = Name("Олег")
_SPAN: Final = timedelta(hours=2, minutes=5)
_WORDS: Final = Rich(
    "Не открывается корзина: пишет <ошибка 500> & молчит.\nПосмотрите, пожалуйста.",
    (Entity(type="bold", offset=0, length=14),),
)
_FACT: Final = Fact(kind="document", name="отчёт.pdf", size=3_565_158)
_WHY: Final = Fact(kind="least_load", load=3)

_PAGES: Final = {"page": 1, "pages": 3, "now": _NOW}
_TABS: Final = {"tab": "active", "tabs": [{"key": "active", "count": 5}]}
_REQUEST: Final = {"number": 142, "subject": "Корзина", "status": "open", "unread": 2}
_BRIEF: Final = {"number": 142, "client": "Иван Петров", "subject": "Не открывается корзина"}
_SAID: Final = {"words": Maybe(_WORDS), "facts": [_FACT], "now": _NOW}
# `desk`: what the desk is called for clients; a mail signs with it.
_DESK: Final = {"desk": Maybe("Студия «Север»")}
_OURS: Final = {"number": 142, "author": "Анна", "words": _WORDS, **_DESK}
# `words`: what has been done; `accepts_at`: when silence counts as consent.
_CHECK: Final = {**_OURS, "words": Maybe(_WORDS), "accepts_at": Maybe(_LATER), "now": _NOW}
_ENTRY: Final = {
    "at": _AGO, "author": "Иван", "side": "in", "words": Maybe(_WORDS), "facts": [_FACT], "edited": True,
    "delivery": Maybe("sent"),
}  # fmt: skip
_CLOCK: Final = {"kind": "first_answer", "due_at": _LATER, "state": "running"}
# One line of a staff list. `due_at` is the nearest deadline; `late` says it has passed.
_LINE: Final = {
    **_BRIEF, "status": "new", "priority": "high", "channel": "telegram", "assignee": Maybe(_ANNA),
    "due_at": Maybe(_LATER), "late": True, "unread": 2,
}  # fmt: skip
_LIST: Final = {"tickets": [_LINE], "total": 5, **_PAGES}
_HEAD: Final = {
    **_BRIEF, "contact": Maybe("@ivan"), "organisation": Maybe("ООО «Ромашка»"), "channel": "telegram",
    "status": "new", "priority": "high", "assignee": Maybe(_ANNA), "line": "Поддержка", "created_at": _AGO,
    "clocks": [_CLOCK], "warnings": [Fact(kind="unverified")], "now": _NOW,
}  # fmt: skip
_OUTAGE: Final = {"service": "telegram", "account": "@okno_bot", "since": _AGO, "now": _NOW}


@dataclass(frozen=True, kw_only=True)
class Contract:
    """`folder`: who reads it. `limit` cuts the result, in UTF-16 units, where the other side would refuse more; None
    leaves it to the sender.
    """

    values: Mapping[str, Any]
    limit: int | None = None
    folder: str = ""

    def fit(self, name: str, given: Mapping[str, object]) -> dict[str, Any]:
        """Raises TypeError for a value that is missing, unknown or of another kind."""
        fitted: dict[str, Any] = fit(self.values, given, name)
        return fitted


def _takes(limit: int | None = None, /, **values: object) -> Contract:
    return Contract(values=MappingProxyType(values), limit=limit)


CLIENT: Final = {
    "welcome": _takes(name=Maybe("Иван"), **_DESK),
    # `commands`: those the bot really has, keys of [commands]; `address`: where to write by mail.
    "help": _takes(commands=["new"], address=Maybe("support@example.com")),
    "receipt": _takes(number=142, **_DESK),
    "receipt_joined": _takes(number=142),
    # The answer to which_ticket, in its place.
    "routed": _takes(number=142),
    # `ended`: it was over, and is back in work.
    "which_ticket": _takes(requests=[{"number": 142, "subject": "Не открывается корзина"}], ended=False),
    "answer": _takes(**_OURS),
    "question": _takes(**_OURS),
    "done_please_check": _takes(**_CHECK),
    "written_first": _takes(**_OURS),
    "accepted": _takes(number=142),
    "returned_ask_reason": _takes(number=142),
    "reopened": _takes(number=142),
    "closed": _takes(number=142, subject="Не открывается корзина"),
    "closed_silence": _takes(number=142, subject="Не открывается корзина"),
    # `earlier`: the closed request the new one continues, or the one merged into `number`.
    "closed_new_linked": _takes(number=142, earlier=98),
    "merged_for_client": _takes(number=142, earlier=141),
    "new_request": _takes(),
    # `tab`, `key`: keys of [client_tabs]; `unread` of a tab: something there has not been read.
    "my_list": _takes(
        requests=[{**_REQUEST, "updated_at": _AGO}], tab="work", tabs=[{"key": "work", "count": 5, "unread": True}],
        **_PAGES,
    ),
    # `query`: what was asked for; `total`: how many requests have it.
    "my_found": _takes(query="корзина", requests=[{**_REQUEST, "updated_at": _AGO}], total=5, **_PAGES),
    "my_find": _takes(),
    # `person`: who leads the request, as the client sees them. The page holds what the caller puts on it.
    "my_ticket": _takes(
        number=142, subject="Корзина", status="open", person=Maybe("Анна"), created_at=_AGO, entries=[_ENTRY], **_PAGES
    ),
    "ticket_empty": _takes(number=142, subject="Корзина", status="new"),
    # `left`: how many more there are that are not sent along.
    "my_files": _takes(number=142, count=3, left=2),
    "add_prompt": _takes(number=142, subject="Корзина"),
    # `limit`: how much the channel lets through, in bytes; `address`: where to mail the file instead.
    "file_too_big": _takes(
        number=142, name=Maybe("видео.mp4"), size=Maybe(48 << 20), limit=20 << 20, address=Maybe("support@example.com")
    ),
    "language_changed": _takes(),
    "not_understood": _takes(),
    "announcement": _takes(kind="works", title=Maybe("Переезд на новый сервер"), words=_WORDS),
    "mail_subject": _takes(250, number=142, subject="Не открывается корзина"),
    # A receipt repeats nothing the sender wrote, or it could be used to mail strangers.
    "mail_receipt_subject": _takes(250, number=142),
    "mail_receipt": _takes(number=142, **_DESK),
    "mail_answer": _takes(**_OURS),
    "mail_question": _takes(**_OURS),
    "mail_done": _takes(**_CHECK),
    # Stands below every mail to a client, behind an empty line.
    "mail_footer": _takes(number=142, **_DESK),
}  # fmt: skip

STAFF: Final = {
    # `last`: the latest message of the client or of ours; `why`: a Fact of [reasons]; `undelivered`: answers refused.
    "card": _takes(
        **_HEAD, last=Maybe({"author": "Иван", "at": _AGO, "side": "in", "words": Maybe(_WORDS), "facts": [_FACT]}),
        why=Maybe(_WHY), maybe=Maybe(120), continues=Maybe(98), merged_into=Maybe(150), postponed_until=Maybe(_LATER),
        undelivered=2,
    ),
    "ticket_view": _takes(**_HEAD, entries=[_ENTRY], page=1, pages=3),
    "topic_name": _takes(128, **_BRIEF),
    # A client's words, an answer or a note shown in the topic. `unverified`: nothing vouches for the sender.
    "feed_line": _takes(
        author="Иван", at=_AGO, side="in", edited=True, unverified=True, quote=Maybe(Rich("Когда починят?")),
        delivery=Maybe("sent"), **_SAID,
    ),
    "alert_new": _takes(**_BRIEF, channel="email", line="Поддержка", priority="high", due_at=Maybe(_LATER), **_SAID),
    # `by`: the colleague who assigned; None: the robot did.
    "alert_assigned": _takes(
        **_BRIEF, channel="email", priority="high", by=Maybe(_OLEG), why=Maybe(_WHY), due_at=Maybe(_LATER), **_SAID
    ),
    # `count`: how many messages came; `reopened`: it had been done or closed.
    "alert_client_wrote": _takes(**_BRIEF, count=2, reopened=True, **_SAID),
    # `reason`: what the other side said; `other`: the channel that could be tried instead.
    "alert_undelivered": _takes(
        **_BRIEF, channel="email", reason=Maybe("550 no such user"), other=Maybe("telegram"), words=Maybe(_WORDS)
    ),
    "alert_failed_part": _takes(**_BRIEF, channel="email", words=Maybe(_WORDS)),
    # `words`: what is still wrong, if they have said it yet; `silent`: nobody answered in time.
    "alert_returned": _takes(**_BRIEF, words=Maybe(_WORDS)),
    "alert_accepted": _takes(**_BRIEF, silent=True),
    "alert_woken": _takes(**_BRIEF, assignee=Maybe(_ANNA)),
    "note_hint": _takes(number=142, client="Иван Петров"),
    # `purpose`: what the reply to this prompt becomes, a key of [purposes].
    "reply_prompt": _takes(number=142, client="Иван Петров", channel="telegram", purpose="answer"),
    "sent_mark": _takes(number=142, client="Иван Петров", channel="telegram", delivery="sent"),
    "recall_offer": _takes(number=142, client="Иван Петров", channel="telegram", span=timedelta(seconds=10)),
    "recalled": _takes(number=142, client="Иван Петров"),
    "queue_list": _takes(line=Maybe("Поддержка"), **_TABS, **_LIST),
    "mine_list": _takes(**_TABS, **_LIST),
    "find_results": _takes(query="корзина", **_LIST),
    "staff_help": _takes(role="agent", commands=["queue"]),
    "staff_welcome": _takes(name="Анна", role="agent", lines=["Поддержка"]),
    # `open`: requests they keep; `queue`: requests nobody has taken.
    "away_on": _takes(open=5, until=Maybe(_LATER), now=_NOW),
    "back_on": _takes(open=5, queue=2),
    "taken_by_other": _takes(number=142, assignee=_ANNA),
    # To a person, to a line, or to a person of a line.
    "passed_on": _takes(**_BRIEF, by=_OLEG, assignee=Maybe(_ANNA), line=Maybe("Разработка"), words=Maybe(_WORDS)),
    "merged_note": _takes(number=142, earlier=141, by=Maybe(_OLEG)),
    # The first words to a known client who has not written now.
    "write_prompt": _takes(client="Иван Петров"),
    "manual_channel": _takes(),
    "manual_who": _takes(channel="phone"),
    "manual_words": _takes(client="Иван Петров", channel="phone"),
    "manual_done": _takes(number=142, client="Иван Петров", channel="phone"),
    "manual_cancelled": _takes(),
    # Somebody who is not staff wrote in the staff chat or pressed a button there.
    "unknown_person": _takes(name="Пётр", telegram_id=1007),
    "private_text_which": _takes(words=_WORDS, tickets=[_BRIEF]),
    "nudge_unassigned": _takes(**_BRIEF, line="Поддержка", waited=_SPAN),
    # `span`: how long is left, or how long it is late.
    "nudge_first_answer": _takes(**_BRIEF, assignee=Maybe(_ANNA), due_at=_LATER, late=True, span=_SPAN, now=_NOW),
    "nudge_lead": _takes(**_BRIEF, line="Поддержка", assignee=Maybe(_ANNA), waited=_SPAN),
    # `machines`: the first of the mails of programs that belong to no request, by their rows of the journal.
    # received = opened + joined + repeated + ignored + parked + pending + lost; `balanced` says the books agree.
    "statement": _takes(
        since=_AGO, until=_NOW, now=_NOW, balanced=True, received=57, opened=12, joined=38, repeated=3, ignored=2,
        parked=1, pending=1, lost=0, sent=61, queued=2, refused=1, unknown=1, unanswered=4,
        oldest=Maybe({"number": 120, "waited": _SPAN}), machine_mail=2,
        machines=[{"id": 17, "sender": Maybe("mailer-daemon@mx.example")}],
    ),
    # `hours_left`: until Telegram forgets what waits; `detail`: what the channel said.
    "alarm_channel_down": _takes(**_OUTAGE, detail=Maybe("connection refused"), hours_left=Maybe(23)),
    # `received`: what came in since; `lost`: what Telegram's counting says is missing.
    "alarm_channel_back": _takes(**_OUTAGE, received=5, lost=2),
    "alarm_parked": _takes(count=2, parked=[{"id": 17, "channel": "email", "reason": "no From", "at": _AGO}], now=_NOW),
    "staff_announcement": _takes(
        kind="works", title=Maybe("Переезд на новый сервер"), words=_WORDS, author=Maybe("Олег")
    ),
    # `letter`: which of the staff letters this mail is, a key of [letters].
    "staff_mail_subject": _takes(250, letter="alert_new", number=Maybe(142)),
}  # fmt: skip

CONTRACTS: Final[Mapping[str, Contract]] = MappingProxyType(
    {name: replace(contract, folder="client") for name, contract in CLIENT.items()}
    | {name: replace(contract, folder="staff") for name, contract in STAFF.items()}
)
# Which text stands in a mail in place of the one for a chat, with the same values. The other texts for clients name no
# button and are fit for a mail as they are: accepted, reopened, closed, closed_silence, closed_new_linked,
# merged_for_client, receipt_joined, announcement.
BY_MAIL: Final[Mapping[str, str]] = MappingProxyType({
    "receipt": "mail_receipt", "answer": "mail_answer", "written_first": "mail_answer", "question": "mail_question",
    "done_please_check": "mail_done",
})  # fmt: skip
