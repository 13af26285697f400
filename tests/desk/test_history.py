"""A ticket computed anew from nothing but its events."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from okno.desk.history import Replayed, replay
from okno.errors import BadMove

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Event:
    kind: str
    data: dict[str, Any] = field(default_factory=dict)
    recorded_at: datetime = NOON


def after(*events: Event | str) -> Replayed:
    """An hour passes between each two of them."""
    plain = [Event(one) if isinstance(one, str) else one for one in events]
    return replay(Event(one.kind, one.data, at(hour)) for hour, one in enumerate(plain))


def at(hour: int) -> datetime:
    return NOON + timedelta(hours=hour)


CREATED = Event("created", {"line": 4})


def test_nothing_happened_yet() -> None:
    assert after() == Replayed()


def test_a_new_ticket_stands_in_its_line_and_belongs_to_nobody() -> None:
    one = after(CREATED)

    assert (one.status, one.line, one.assignee, one.priority) == ("new", 4, None, "normal")


def test_the_assignee_is_whoever_it_was_given_to_last() -> None:
    to: list[Event | str] = [
        Event("taken", {"to": 1}),
        Event("assigned", {"to": 2, "from": 1}),
        Event("answered", {"message": 5}),
    ]

    assert after(CREATED, *to).assignee == 2
    assert after(CREATED, *to, Event("assigned", {"from": 2})).assignee is None
    assert after(CREATED, Event("answered", {"message": 5, "to": 3})).assignee == 3


def test_passing_it_on_changes_the_line_and_leaves_it_to_nobody() -> None:
    one = after(CREATED, Event("taken", {"to": 1}), Event("passed_on", {"line": 9, "from": 4}))

    assert (one.line, one.assignee, one.status) == (9, None, "open")


def test_what_is_said_does_not_move_it_but_what_is_done_does() -> None:
    assert after(CREATED, "noted", "edited", "delivered", "message_moved", "nobody knows").status == "new"
    assert after(CREATED, Event("asked", {"message": 1}), "client_wrote", "finished", "returned").status == "open"


def test_it_is_closed_when_it_closed_and_no_longer_when_it_is_open_again() -> None:
    closed: list[Event | str] = [CREATED, "finished", "accepted"]

    assert after(*closed).closed_at == at(2)
    assert after(*closed, "reopened").closed_at is None
    assert after(*closed, "marked_spam").closed_at == at(2)
    assert after(CREATED, "marked_spam", "not_spam").closed_at is None


def test_the_first_answer_counts_unless_it_was_taken_back() -> None:
    answers: list[Event | str] = [CREATED, Event("answered", {"message": 1}), Event("asked", {"message": 2})]

    assert after(*answers).answered_at == at(1)
    assert after(*answers, Event("recalled", {"message": 2})).answered_at == at(1)
    assert after(*answers, Event("recalled", {"message": 1})).answered_at == at(2)
    both: list[Event | str] = [Event("recalled", {"message": 1}), Event("recalled", {"message": 2})]
    assert after(*answers, *both).answered_at is None


def test_spam_within_a_merge_comes_back_step_by_step() -> None:
    steps: list[Event | str] = [
        CREATED,
        "finished",
        "marked_spam",
        Event("merged", {"ticket": 7}),
        "unmerged",
        "not_spam",
    ]
    seen = [after(*steps[:number]) for number in range(3, 7)]

    assert [one.status for one in seen] == ["spam", "merged", "spam", "done"]
    assert [one.status_before for one in seen] == ["done", "spam", "done", None]
    assert [one.merged_into for one in seen] == [None, 7, None, None]


def test_marking_spam_twice_forgets_nothing() -> None:
    assert after(CREATED, "finished", "marked_spam", "marked_spam", "not_spam").status == "done"


def test_putting_off_ends_when_it_is_woken_or_has_ended() -> None:
    until = at(50)
    put_off = Event("postponed", {"until": int(until.timestamp())})

    assert after(CREATED, put_off).postponed_until == until
    for end in ("woken", "closed", "finished", Event("merged", {"ticket": 7})):
        assert after(CREATED, put_off, end).postponed_until is None


def test_priority_and_project_are_the_last_ones_given() -> None:
    one = after(CREATED, Event("changed", {"priority": "urgent", "project": 3}), Event("changed", {"subject": True}))

    assert (one.priority, one.project) == ("urgent", 3)


def test_events_that_contradict_the_table_are_not_swallowed() -> None:
    with pytest.raises(BadMove):
        after(CREATED, "accepted")
