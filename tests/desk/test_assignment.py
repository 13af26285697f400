"""Who gets the next ticket."""

from datetime import UTC, datetime, timedelta
from typing import Any

from okno.desk.assignment import Candidate, choose

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def member(number: int, **more: Any) -> Candidate:
    plain = {"staff": number, "active": True, "started": True, "away": False, "load": 0, "last_assigned_at": None}
    return Candidate(**(plain | more))


def test_the_least_loaded_gets_it() -> None:
    assert choose((member(1, load=3), member(2, load=1), member(3, load=2))).staff == 2


def test_among_equals_whoever_has_gone_longest_without() -> None:
    early, late = NOON - timedelta(hours=2), NOON - timedelta(hours=1)

    assert choose((member(1, last_assigned_at=late), member(2, last_assigned_at=early))).staff == 2


def test_whoever_never_had_one_goes_before_those_who_had() -> None:
    assert choose((member(1, last_assigned_at=NOON - timedelta(days=900)), member(2))).staff == 2


def test_among_full_equals_the_choice_does_not_depend_on_the_order_they_came_in() -> None:
    one, two = member(1), member(2)

    assert choose((one, two)).staff == choose((two, one)).staff == 1


def test_load_counts_before_how_long_ago() -> None:
    assert choose((member(1, load=1), member(2, load=0, last_assigned_at=NOON))).staff == 2


def test_nobody_free_means_nobody_is_chosen() -> None:
    assert choose(()).staff is None
    assert choose((member(1, away=True), member(2, started=False), member(3, active=False))).staff is None


def test_the_log_tells_each_ones_load_or_why_they_were_passed_over() -> None:
    crew = (member(1, load=4), member(2, away=True), member(3, started=False), member(4, active=False, away=True))

    assert choose(crew).log == ((1, 4), (2, "away"), (3, "not_started"), (4, "switched_off"))
