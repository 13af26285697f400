"""What must hold of a store after whatever happened in it."""

import re
from collections import Counter
from typing import Any

import sqlalchemy as sa

from okno.desk.history import Replayed, replay
from okno.queue import tables, tickets
from okno.queue.actions.duty import QUEUED
from okno.queue.tickets import PRIORITY, Recorded
from okno.queue.transaction import Tx
from tests.store.walk import Walk

_CODE = re.compile("[a-z_]*")


async def check(walk: Walk) -> None:
    found = await walk.desk.store.read(_everything, None)
    for number, row in found["ticket"].items():
        past = [one for one in found["event"] if one[0] == number]
        _is_its_history(row, [one[1] for one in past])
        _is_remembered(row, found["clock"])
    _no_message_is_lost(walk, found)
    _merges_end_somewhere(found["ticket"])
    _clients_read_only_answers(found)
    _only_those_take_part_who_may(found)
    _events_carry_no_words(found["event"])


def _everything(tx: Tx, _nothing: None) -> dict[str, Any]:
    def rows(name: str) -> list[Any]:
        table = tables.META.tables[name]
        return list(tx.rows(sa.select(table).order_by(table.c.id)))

    keys = [row.id for row in rows("ticket")]
    found: dict[str, Any] = {name: rows(name) for name in ("message", "letter", "participant", "clock", "identity")}
    found["ticket"] = {row.id: row for row in rows("ticket")}
    found["event"] = [(key, one) for key in keys for one in tickets.history(tx, [key])]
    return found


def _is_its_history(row: Any, events: list[Recorded]) -> None:
    """The cached columns are what the events say; a move that is not in the table would raise here."""
    one: Replayed = replay(events)
    names = (
        "status", "status_before", "assignee", "line", "project", "merged_into", "closed_at", "answered_at",
        "postponed_until",
    )  # fmt: skip
    told = {name: getattr(one, name) for name in names} | {"priority": one.priority}
    kept = {name: getattr(row, name) for name in names} | {"priority": PRIORITY[row.urgency]}
    assert told == kept, (row.id, [(event.kind, event.data) for event in events])


def _is_remembered(row: Any, clocks: list[Any]) -> None:
    """What waits for somebody, or for the client, has a clock that will ring; what has ended has none."""
    ringing = {one.kind for one in clocks if one.subject == row.id and one.next_at is not None}
    if row.status in QUEUED and row.assignee is None and not row.quiet:
        assert "unassigned" in ringing, (row.id, row.status, ringing)
    if row.status == "done":
        assert "acceptance" in ringing, (row.id, ringing)
    if row.postponed_until is not None:
        assert "postponed" in ringing, (row.id, ringing)
    if row.status in {"closed", "merged", "spam"}:
        assert not ringing, (row.id, row.status, ringing)


def _no_message_is_lost(walk: Walk, found: dict[str, Any]) -> None:
    kept = Counter(
        (row.account, row.chat, row.external_id)
        for row in found["message"]
        if row.direction == "in" and row.external_id
    )
    sent = {(one.account, one.chat, one.external_id) for one in walk.incoming}
    assert set(kept) == sent
    assert set(kept.values()) <= {1}
    assert len(found["ticket"]) == walk.opened


def _merges_end_somewhere(known: dict[int, Any]) -> None:
    for row in known.values():
        assert (row.status == "merged") == (row.merged_into is not None), row
        seen = {row.id}
        while row.merged_into is not None:
            row = known[row.merged_into]  # noqa: PLW2901 - the walk to its end
            assert row.id not in seen
            seen.add(row.id)


def _clients_read_only_answers(found: dict[str, Any]) -> None:
    """No note, no other client's words, ever stand in a letter to a client."""
    said = {row.id: row for row in found["message"]}
    for letter in found["letter"]:
        if letter.staff is None and letter.identity is not None and letter.message is not None:
            assert said[letter.message].direction == "out", (letter.id, letter.template)
        if letter.kind == "answer":
            assert letter.message is not None


def _only_those_take_part_who_may(found: dict[str, Any]) -> None:
    """The requester's own addresses, and whom a merge that still stands has brought."""
    person = {row.id: row.person for row in found["identity"]}
    inside: dict[int, set[int]] = {}
    for row in found["participant"]:
        inside.setdefault(row.ticket, set()).add(row.identity)
    for number, row in found["ticket"].items():
        below = {one.id for one in found["ticket"].values() if one.merged_into == number}
        brought = set().union(*(inside.get(one, set()) for one in below))
        for identity in inside.get(number, set()) - brought:
            assert person[identity] == row.requester, (number, identity)


def _events_carry_no_words(events: list[tuple[int, Recorded]]) -> None:
    """Ids and enumerations, so that erasing a person erases."""
    for _, event in events:
        assert _CODE.fullmatch(event.kind)
        for value in _flat(event.data):
            assert value is None or isinstance(value, int) or _CODE.fullmatch(value), (event.kind, event.data)


def _flat(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [inner for one in value.values() for inner in _flat(one)]
    if isinstance(value, list):
        return [inner for one in value for inner in _flat(one)]
    return [value]
