from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okno.config.durations import span, span_or_days, written
from okno.config.values import WorkingDays
from okno.config.wrong import Wrong


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("10s", timedelta(seconds=10)),
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("7d", timedelta(days=7)),
        ("1h 30m", timedelta(minutes=90)),
        ("1h30m", timedelta(minutes=90)),
        (" 1 d  12 h ", timedelta(hours=36)),
        ("0s", timedelta()),
    ],
)
def test_it_reads_a_span_as_people_write_it(text: str, length: timedelta) -> None:
    assert span(text) == length
    assert span_or_days(text) == length


@pytest.mark.parametrize(("text", "days"), [("3 working days", 3), ("1 working day", 1), ("10  working  days", 10)])
def test_it_reads_working_days_where_they_make_sense(text: str, days: int) -> None:
    assert span_or_days(text) == WorkingDays(days=days)

    with pytest.raises(Wrong, match="plain time"):
        span(text)


@pytest.mark.parametrize(
    "raw", ["", "10", "s", "10 seconds", "1.5h", "1h 1h", "30M", "-1s", "1h,30m", "٣s", "999999999d", 10, True, None]
)
def test_it_shows_examples_when_it_cannot_read_a_span(raw: object) -> None:
    with pytest.raises(Wrong, match='"10s", "30m", "2h", "1h 30m", "7d"'):
        span(raw)


@settings(deadline=None)
@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=10_000)))
def test_what_it_writes_it_reads_again(length: timedelta) -> None:
    whole = length - timedelta(microseconds=length.microseconds)

    assert span(written(whole)) == whole


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_it_writes_working_days_too(days: int) -> None:
    assert span_or_days(written(WorkingDays(days=days))) == WorkingDays(days=days)
