"""Letters out, ten at once, against the bare client libraries ten at once, and what a SIGKILL in the middle doubles."""

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.bare import Bare
from bench.load import Load
from bench.report import Figure, compared
from bench.rows import SENT
from bench.service import Lines, Service
from bench.side import Side
from bench.sinks import Sinks

if TYPE_CHECKING:
    from bench.meter import Taken

_TOGETHER: Final = 10
_SLOW: Final = 300.0
_KILLS: Final = 5


def measure(load: Load) -> list[Figure]:
    with Side(Sinks) as sinks:
        url, smtp = sinks.ask("start")
        ways = {
            "telegram": Lines(telegram=url, room=False), "email": Lines(smtp_port=smtp, telegram=url, room=False)
        }  # fmt: skip
        return [figure for channel, lines in ways.items() for figure in _channel(load, sinks, channel, lines)]


def _channel(load: Load, sinks: Side, channel: str, lines: Lines) -> list[Figure]:
    count = load.of(2000)
    with Side(Service) as service, Side(Bare) as bare:
        store = load.folder()
        service.ask("answers", store, lines, count, channel, seconds=_SLOW)
        given = ("telegram", lines.telegram) if channel == "telegram" else ("smtp", lines.smtp_port)
        pairs = []
        for _ in range(load.rounds):
            folder = _copied(store, load)
            ours: Taken = service.ask("work", folder, lines, 0.0, SENT, count, _TOGETHER, seconds=_SLOW)
            limit: Taken = bare.ask(*given, count, _TOGETHER, seconds=_SLOW)
            pairs.append((ours, limit))
    kills, doubled = _killed(load, sinks, store, lines, count)
    note = f"{count} answers to as many clients; {doubled} arrived twice in {kills} SIGKILLs"
    library = "aiogram" if channel == "telegram" else "aiosmtplib"
    name = f"letters by {channel}, ten at once, against {library}"
    speed = compared(name, "letters/s", pairs, aim=0.6, note=note)
    twice = Figure(
        name=f"letters by {channel} that a SIGKILL doubles", unit="per SIGKILL", ours=doubled / kills,
        more={"kills": kills, "doubled": doubled, "letters": count},
    )  # fmt: skip
    return [speed, twice]


def _killed(load: Load, sinks: Side, store: Path, lines: Lines, count: int) -> tuple[int, int]:
    """How often it was killed with letters in flight, and how many letters came more than once in all."""
    folder, kills = _copied(store, load), max(load.of(_KILLS), 2)
    sinks.ask("forget")
    for number in range(1, kills + 2):
        with Side(Service) as service:
            service.ask("start", folder, lines, 0.0, _TOGETHER)
            if number > kills:
                service.ask("until", folder, SENT, count, seconds=_SLOW)
                service.ask("stop")
            else:
                sinks.ask("until", count * number // (kills + 1), seconds=_SLOW)
                service.kill()
    total, different = sinks.ask("came")
    if different != count:
        raise TimeoutError(f"{count - different} of {count} letters were lost in {kills} kills")
    return kills, total - different


def _copied(store: Path, load: Load) -> Path:
    """Its writer is gone, so that a copy is whole."""
    folder = load.folder()
    shutil.copytree(store, folder, dirs_exist_ok=True)
    time.sleep(0.1)
    return folder
