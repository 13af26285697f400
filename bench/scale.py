"""The rate with a million tickets in the store against the rate with a thousand: Telegram updates into tickets."""

from pathlib import Path
from typing import Final

from bench import mix
from bench.load import Load
from bench.meter import Taken
from bench.report import Figure, compared
from bench.rows import MESSAGES
from bench.service import Lines, Service
from bench.side import Side
from bench.telegram import Cloud

_MANY: Final = 1_000_000
_FEW: Final = 1_000
_SLOW: Final = 400.0


def measure(load: Load) -> list[Figure]:
    many = load.of(_MANY)
    says = list(mix.says(load.of(3000)))
    with Side(Cloud) as cloud, Side(Service) as service:
        lines = Lines(telegram=cloud.ask("start"))
        large, small = (_filled(service, load.folder(), lines, tickets) for tickets in (many, _FEW))
        pairs = []
        for number in range(load.rounds):
            # Everybody is new to either store, in each round.
            fresh = [(client + number * len(says), words) for client, words in says]
            ours, limit = (_run(cloud, service, folder, lines, fresh) for folder in (large, small))
            pairs.append((ours, limit))
    note = f"{many:,} tickets in the store against {_FEW:,}; 500 are unfinished in either"
    return [compared("rate with a million tickets", "updates/s", pairs, aim=0.9, note=note)]


def _filled(service: Side, folder: Path, lines: Lines, tickets: int) -> Path:
    service.ask("prepare", folder, lines)
    service.ask("history", folder, tickets, seconds=_SLOW)
    return folder


def _run(cloud: Side, service: Side, folder: Path, lines: Lines, says: list[tuple[int, str]]) -> Taken:
    cloud.ask("write", says)
    taken: Taken = service.ask("work", folder, lines, 1.0, MESSAGES, len(says), seconds=_SLOW)
    return taken
