"""Finds tickets by words: one behaviour on FTS5 and tsvector, rebuilt from messages at any time."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from okno.queue import words
from okno.queue.fixed import Fixed
from okno.queue.transaction import Tx

_INDEX: Final = Fixed(
    sa.text("INSERT OR REPLACE INTO search (rowid, words, ticket) VALUES (:key, :words, :ticket)"),
    sa.text(
        "INSERT INTO search (id, ticket, words) VALUES (:key, :ticket, to_tsvector('simple', :words))"
        " ON CONFLICT (id) DO UPDATE SET words = excluded.words, ticket = excluded.ticket"
    ),
)
_MOVE_SQLITE: Final = sa.text("UPDATE search SET ticket = :ticket WHERE rowid = :key")
_MOVE_POSTGRES: Final = sa.text("UPDATE search SET ticket = :ticket WHERE id = :key")
_FIND_SQLITE: Final = sa.text(
    "SELECT ticket, max(rowid) AS newest FROM search WHERE search MATCH :asked GROUP BY ticket"
    " ORDER BY newest DESC LIMIT :limit"
)
_FIND_POSTGRES: Final = sa.text(
    "SELECT ticket, max(id) AS newest FROM search WHERE words @@ to_tsquery('simple', :asked) GROUP BY ticket"
    " ORDER BY newest DESC LIMIT :limit"
)


def index(tx: Tx, key: int, ticket: int, text: str) -> None:
    """Indexes a message's words under its id; called again for the same id it replaces them."""
    found = {"key": key, "ticket": ticket, "words": words.index_words(text)}
    tx.do(_INDEX, found)


def move(tx: Tx, key: int, ticket: int) -> None:
    """The message with this id stands in another ticket now."""
    tx.run(_MOVE_POSTGRES if tx.postgres else _MOVE_SQLITE, {"key": key, "ticket": ticket})


def find(tx: Tx, asked: str, limit: int) -> Sequence[int]:
    """Tickets in which one message has all the words, the newest first; empty when nothing was asked."""
    wanted = words.query_words(asked)
    if not wanted:
        return []
    expression = words.tsquery(wanted) if tx.postgres else words.fts5_match(wanted)
    rows = tx.rows(_FIND_POSTGRES if tx.postgres else _FIND_SQLITE, {"asked": expression, "limit": limit})
    return [int(row.ticket) for row in rows]
