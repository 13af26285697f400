"""Instants and spans as a reader says them, in the reader's zone. `now` is always handed in."""

from datetime import datetime, timedelta, tzinfo
from typing import Final

from okno.texts.labels import Labels

_NAMED_DAYS: Final = {0: "today", -1: "yesterday", 1: "tomorrow"}
_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
# "3 days 5 min" is false precision: the second unit is the next one down (a day has 24 hours) or none.
_NEXT: Final = 60
_UNITS: Final = (("days", _DAY), ("hours", _HOUR), ("minutes", _MINUTE), ("seconds", 1))


def when(moment: datetime, now: datetime | None, zone: tzinfo, labels: Labels) -> str:
    """As in "today 14:05" or "21 Nov 14:05"; with the year when it is not this one, or when nobody says what is now."""
    local = _local(moment, zone)
    near = _named_day(local, now, zone)
    facts = _calendar(local, labels)
    if near:
        return labels.word("times", near, facts)
    this_year = now is not None and local.year == _local(now, zone).year
    return labels.word("times", "moment" if this_year else "moment_of_year", facts)


def clock(moment: datetime, now: datetime | None, zone: tzinfo, labels: Labels) -> str:
    """As in "14:05" for today, else as `when`: for lines that mostly speak of today."""
    local = _local(moment, zone)
    return f"{local:%H:%M}" if _named_day(local, now, zone) == "today" else when(moment, now, zone, labels)


def day(moment: datetime, now: datetime | None, zone: tzinfo, labels: Labels) -> str:
    local = _local(moment, zone)
    this_year = now is not None and local.year == _local(now, zone).year
    return labels.word("times", "day" if this_year else "day_of_year", _calendar(local, labels))


def duration(span: timedelta, labels: Labels) -> str:
    """The two largest units, rounded down: "2 h 5 min", "3 days". How long, never which way."""
    told: list[tuple[str, int, int]] = []
    left = int(abs(span).total_seconds())
    for unit, seconds in _UNITS:
        count, left = divmod(left, seconds)
        # Seconds are told only while there is nothing larger.
        if count and not (told and unit == "seconds"):
            told.append((unit, count, seconds))
    near = [one for one in told[:2] if one[2] * _NEXT >= told[0][2]] or [("minutes", 0, _MINUTE)]
    return " ".join(labels.word("durations", unit, {"count": count}) for unit, count, _ in near)


def running(seconds: float) -> str:
    """The length of a recording: "0:07", "1:02:03"."""
    minutes, rest = divmod(int(seconds), _MINUTE)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _local(moment: datetime, zone: tzinfo) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone; instants are aware")
    return moment.astimezone(zone)


def _named_day(local: datetime, now: datetime | None, zone: tzinfo) -> str:
    return _NAMED_DAYS.get((local.date() - _local(now, zone).date()).days, "") if now else ""


def _calendar(local: datetime, labels: Labels) -> dict[str, object]:
    month = labels.word("months", str(local.month))
    return {"day": str(local.day), "month": month, "year": str(local.year), "time": f"{local:%H:%M}"}
