"""The daily statement is made at its time in the desk's zone, once a date, and later where nobody was there in time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from okno.config.values import Config
from okno.queue import journal
from okno.scheduler.statements import Statements, latest
from tests.store.cast import ROOM, Desk

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
NINE = time(9, 0)


def utc(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "day", "until"),
    [
        (utc(23, 5, 59), 22, utc(22, 6)),
        (utc(23, 6, 0), 23, utc(23, 6)),
        (utc(23, 20, 59), 23, utc(23, 6)),
        (utc(23, 21, 30), 23, utc(23, 6)),
    ],
)
def test_it_is_due_at_its_hour_on_the_clocks_of_the_zone(now: datetime, day: int, until: datetime) -> None:
    due = latest(now, NINE, MOSCOW)

    assert (due.date, due.until) == (date(2026, 11, day), until)


@pytest.mark.parametrize("month_day", [(3, 29), (10, 25)])
def test_when_clocks_change_there_is_still_one_a_date(month_day: tuple[int, int]) -> None:
    """02:30 comes never on one of these days and twice on the other."""
    month, day = month_day
    start = utc(day - 1, 12, month=month)

    dues = [latest(start + timedelta(minutes=10 * step), time(2, 30), BERLIN) for step in range(288)]

    assert len({one.date for one in dues}) == len({one.until for one in dues}) == 3
    assert dues == sorted(dues, key=lambda one: one.until)


async def arrives(desk: Desk, number: int = 1) -> None:
    row = journal.Arrived(
        account=desk.bot, external_id=str(number), digest=str(number).encode(), kind="update", lane="l",
        happened_at=desk.now, payload=b"{}",
    )  # fmt: skip
    await desk.act(journal.put, journal.Put(rows=[row]))


def statements(desk: Desk, config: Config) -> Statements:
    return Statements(desk.store, lambda: desk.policy, config, lambda: desk.now)


async def test_it_is_made_once_however_often_it_is_looked_for(desk: Desk, config: Config) -> None:
    await arrives(desk)
    desk.now = utc(24, 6)
    made = statements(desk, config)

    for _ in range(3):
        await made.make()
        desk.later(hours=5)

    assert [one.recipient for one in await desk.letters(template="statement")] == [str(ROOM)]


async def test_after_days_of_outage_one_covers_them_all(desk: Desk, config: Config) -> None:
    await arrives(desk)
    desk.now = utc(24, 6)
    await statements(desk, config).make()
    desk.now = utc(27, 15)

    await statements(desk, config).make()

    spans = [(one.data["since"], one.data["until"]) for one in await desk.letters(template="statement")]
    assert spans[1] == (utc(24, 6).isoformat(), utc(27, 6).isoformat())


async def test_a_new_desk_is_not_told_that_nothing_came(desk: Desk, config: Config) -> None:
    await statements(desk, config).make()

    assert await desk.letters() == []


async def test_the_log_has_the_numbers_and_names_what_is_amiss(desk: Desk, config: Config) -> None:
    await arrives(desk)
    await desk.act(journal.done, journal.Done(id=1, outcome="follow_up", ticket=1))
    desk.now = utc(24, 6)

    with capture_logs() as logs:
        await statements(desk, config).make()

    assert (logs[0]["event"], logs[0]["received"], logs[0]["joined"]) == ("statement", 1, 0)
    assert (logs[1]["log_level"], logs[1]["rows"]) == ("error", [1])
