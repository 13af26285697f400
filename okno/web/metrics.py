"""The numbers as Prometheus reads them. Every label is of a closed set: states, channels, ages, configured accounts."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from okno.queue.health import AGES
from okno.web.health import Scrape, is_up

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_AGES: Final = (*(f"{int(age / timedelta(minutes=1))}m" for age in AGES), "older")


class _Families(Collector):
    """What one scrape found."""

    def __init__(self, scrape: Scrape) -> None:
        self._scrape = scrape

    def collect(self) -> Iterable[Metric]:
        yield from _journal(self._scrape)
        yield from _letters(self._scrape)
        yield from _channels(self._scrape)
        yield _states("okno_tickets", "Tickets by status.", "status", self._scrape.numbers.tickets)
        yield _one(
            "okno_clocks_overdue",
            "Deadlines that have passed and are not dealt with yet.",
            self._scrape.numbers.overdue,
        )
        if self._scrape.wal is not None:
            yield _one("okno_wal_bytes", "Size of the embedded store's write-ahead log.", self._scrape.wal)


def text(scrape: Scrape) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Families(scrape))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


def _journal(scrape: Scrape) -> Iterator[Metric]:
    numbers = scrape.numbers
    words = "Journal rows by state: waiting and parked, all of them; done and discarded, of the last day."
    yield _states("okno_journal_rows", words, "state", numbers.rows)
    yield CounterMetricFamily("okno_journal_arrived", "Everything that ever arrived.", value=numbers.arrived)
    oldest = numbers.oldest_row.total_seconds()
    yield _one("okno_journal_oldest_seconds", "Age of the oldest journal row that waits.", oldest)


def _letters(scrape: Scrape) -> Iterator[Metric]:
    words = "Letters by state: queued and leaving, all of them; the others, of the last day."
    yield _states("okno_letters", words, "state", scrape.numbers.letters)
    words = "Letters that have not left, by channel and age, each counted once; a healthy queue is all in the first."
    ages = GaugeMetricFamily("okno_letters_waiting", words, labels=("channel", "age"))
    for (channel, place), count in scrape.numbers.ages.items():
        ages.add_metric((channel, _AGES[place]), count)
    yield ages


def _channels(scrape: Scrape) -> Iterator[Metric]:
    labels = ("channel", "account")
    up = GaugeMetricFamily("okno_channel_up", "1 while the channel answers.", labels=labels)
    sends = GaugeMetricFamily("okno_channel_sends", "0 while what is sent fails at the channel.", labels=labels)
    silent = GaugeMetricFamily(
        "okno_channel_silent_seconds", "Since the channel was last known to be good, to the minute.", labels=labels
    )
    for one in scrape.channels:
        up.add_metric((one.kind, one.name), float(is_up(one, scrape.now)))
        sends.add_metric((one.kind, one.name), float(one.mute_since is None))
        if one.good_at is not None:
            silent.add_metric((one.kind, one.name), max((scrape.now - one.good_at).total_seconds(), 0.0))
    yield from (up, sends, silent)


def _states(name: str, words: str, label: str, counts: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=(label,))
    for state, count in counts.items():
        family.add_metric((state,), count)
    return family


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)
