"""Telegram updates to ticket rows, against the floor: the same schema, getUpdates by 100, a commit for each update."""

from typing import TYPE_CHECKING

from bench import mix
from bench.cast import TOKEN
from bench.floor import Floor
from bench.load import Load
from bench.report import Figure, compared
from bench.rows import MESSAGES
from bench.service import Lines, Service
from bench.side import Side
from bench.telegram import Cloud

if TYPE_CHECKING:
    from bench.meter import Taken

_SLOW = 300.0


def measure(load: Load) -> list[Figure]:
    says = list(mix.says(load.of(6000)))
    with Side(Cloud) as cloud, Side(Service) as service, Side(Floor) as floor:
        url: str = cloud.ask("start")
        lines = Lines(telegram=url)
        pairs = []
        for _ in range(load.rounds):
            cloud.ask("write", says)
            folder = load.folder()
            service.ask("prepare", folder, lines)
            ours: Taken = service.ask("work", folder, lines, 1.0, MESSAGES, len(says), seconds=_SLOW)
            cloud.ask("write", says)
            limit: Taken = floor.ask("updates", load.folder(), url, TOKEN, len(says), seconds=_SLOW)
            pairs.append((ours, limit))
    note = f"{len(says)} updates, half of them follow up; the real service with its staff on duty and Telegram's paces"
    return [compared("Telegram updates into tickets", "updates/s", pairs, aim=0.5, note=note)]
