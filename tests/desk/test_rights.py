"""Who may do what: every deed by everybody there is, against a table written by hand."""

import pytest

from okno.desk.rights import ROBOT, SYSTEM, TABLE, Actor, Deed, Scope, may, require
from okno.errors import NotAllowed, NotFound

LINE, OTHER_LINE = 1, 2
SCOPE = Scope(assignee=10, line=LINE, participants=frozenset({100, 101}))
CAST = {
    "stranger": Actor(kind="client", id=999),
    "nobody": Actor(kind="client"),
    "client": Actor(kind="client", id=100),
    "other_client": Actor(kind="client", id=200),
    "assignee": Actor(kind="staff", id=10),
    "agent": Actor(kind="staff", id=11, lines=frozenset({LINE, 7})),
    "other_agent": Actor(kind="staff", id=12, lines=frozenset({OTHER_LINE})),
    "lead": Actor(kind="staff", id=13, role="lead"),
    "admin": Actor(kind="staff", id=14, role="admin"),
    "robot": ROBOT,
    "system": SYSTEM,
}
OURS = "assignee agent lead admin"
STAFF = f"{OURS} other_agent"
MACHINES = "robot system"
GOLDEN: dict[Deed, str] = {
    "read": f"client {STAFF} {MACHINES}",
    "accept": f"client {MACHINES}",
    "return": f"client {OURS}",
    "note": f"{STAFF} {MACHINES}",
    "enter": STAFF,
    "write_first": STAFF,
    "assign": f"{OURS} {MACHINES}",
    "close": f"{OURS} {MACHINES}",
    "reopen": f"{OURS} {MACHINES}",
    "take": OURS,
    "pass_on": OURS,
    "answer": OURS,
    "ask": OURS,
    "finish": OURS,
    "spam": OURS,
    "merge": OURS,
    "unmerge": OURS,
    "change": OURS,
    "postpone": OURS,
    "retry": OURS,
    "join": OURS,
    "hand_out": OURS,
    "resume": OURS,
}


@pytest.mark.parametrize("deed", GOLDEN)
@pytest.mark.parametrize("name", CAST)
def test_only_those_named_may(deed: Deed, name: str) -> None:
    assert may(CAST[name], deed, SCOPE) == (name in GOLDEN[deed].split())


def test_every_deed_there_is_stands_in_the_golden_table() -> None:
    assert set(GOLDEN) == set(TABLE)


@pytest.mark.parametrize("deed", GOLDEN)
@pytest.mark.parametrize("name", CAST)
def test_a_refusal_tells_those_who_cannot_read_that_there_is_nothing(deed: Deed, name: str) -> None:
    if name in GOLDEN[deed].split():
        require(CAST[name], deed, SCOPE)
        return
    expected = NotAllowed if name in GOLDEN["read"].split() else NotFound

    with pytest.raises(expected) as refusal:
        require(CAST[name], deed, SCOPE)

    assert type(refusal.value) is expected


def test_a_strangers_refusal_reads_like_that_of_a_missing_ticket() -> None:
    with pytest.raises(NotFound) as refusal:
        require(CAST["stranger"], "close", SCOPE)

    assert (refusal.value.reason, refusal.value.facts) == ("not_found", {})


def test_an_unassigned_ticket_belongs_to_nobody_without_a_line() -> None:
    queue = Scope(assignee=None, line=LINE)

    assert not may(Actor(kind="staff", id=10), "take", queue)
    assert may(CAST["agent"], "take", queue)
