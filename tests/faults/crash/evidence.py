"""Everything there is to see after a run: the store's rows, what stands in the group, what came to the clients."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from typing import Any, Final

import sqlalchemy as sa

from okno.queue import tables
from okno.sandbox.mail.reading import read
from tests.faults.crash.books import Books
from tests.faults.crash.ledger import Ledger
from tests.faults.crash.town import Town, said
from tests.stories.studio import ROOM

Json = dict[str, Any]
Row = sa.Row[Any]
_CALLS: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Mail:
    """`text` has no quotations in it."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """`kills` are the instants, by the service's clock, at which a life was ended without warning."""

    ledger: Ledger
    kills: Sequence[datetime]
    messages: Sequence[Row]
    events: Sequence[Row]
    tickets: Sequence[Row]
    letters: Sequence[Row]
    parts: Sequence[Row]
    attempts: Sequence[Row]
    journal: Sequence[Row]
    versions: Sequence[Row]
    views: Sequence[Row]
    sends: Sequence[Json]
    room: Sequence[Json]
    marks: dict[int, str]
    replied: set[int]
    topics: Sequence[Json]
    chats: dict[str, list[str]]
    inboxes: dict[str, list[Mail]]

    def rows_with(self, marker: str, direction: str) -> list[Row]:
        return [row for row in self.messages if row.direction == direction and marker in row.text]

    def events_of(self, kind: str, message: int) -> list[Row]:
        return [row for row in self.events if row.kind == kind and row.data.get("message") == message]

    def copies(self, marker: str) -> dict[str, int]:
        """How often words came to each client."""
        found = {who: sum(marker in text for text in texts) for who, texts in self.chats.items()}
        found |= {who: sum(marker in mail.text for mail in mails) for who, mails in self.inboxes.items()}
        return {who: number for who, number in found.items() if number}


async def gathered(town: Town, ledger: Ledger, kills: Sequence[datetime], books: Books) -> Evidence:
    names = {
        "messages": tables.message, "events": tables.event, "tickets": tables.ticket, "letters": tables.letter,
        "parts": tables.part, "attempts": tables.attempt, "journal": tables.journal, "versions": tables.version,
        "views": tables.view,
    }  # fmt: skip
    rows = {name: await books.rows(sa.select(table).order_by(table.c.id)) for name, table in names.items()}
    calls = town.telegram.calls
    assert calls.made == len(calls.log), "the log of calls was too short for this run"
    return Evidence(
        ledger=ledger,
        kills=kills,
        **rows,
        sends=[row for row in calls.since(0, limit=_CALLS) if row["method"].startswith("send") and "result" in row],
        room=[one for one in town.room() if one["from"]["is_bot"]],
        marks=_marks(town),
        replied={one["reply_to_message"]["message_id"] for one in town.room() if _is_reply(one)},
        topics=town.telegram.look.topics(ROOM),
        chats={str(user): [said(one) for one in town.chat(user)] for user in town.users},
        inboxes={address: _mails(one.raw for one in town.mail.messages(address)) for address in town.addresses},
    )


def _is_reply(message: Json) -> bool:
    """Of the bot. In a topic every plain message "replies" to the message that made the topic."""
    replied = message.get("reply_to_message", {})
    return bool(message["from"]["is_bot"] and replied and "forum_topic_created" not in replied)


def _marks(town: Town) -> dict[int, str]:
    """The bot's reactions in the group, by message."""
    bot = str(town.telegram.bot.id)
    found = {one["message_id"]: one["reactions"].get(bot) for one in town.room()}
    return {number: shown[0]["emoji"].rstrip("\ufe0f") for number, shown in found.items() if shown}


def _mails(raws: Iterable[bytes]) -> list[Mail]:
    found = []
    for raw in raws:
        lines = [line for line in read(raw).text.splitlines() if not line.startswith(">")]
        found.append(Mail(id=str(message_from_bytes(raw)["Message-ID"]), text="\n".join(lines)))
    return found


def grouped(rows: Iterable[Row], name: str) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row._mapping[name]].append(row)
    return found
