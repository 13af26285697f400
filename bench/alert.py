"""A client's message to the assignee's private alert, one at a time, against a bare bot that inserts and echoes."""

from statistics import median, quantiles
from typing import Final

from bench.bare import Bare
from bench.cast import FIRST, STAFF
from bench.load import Load
from bench.report import Figure
from bench.service import Lines, Service
from bench.side import Side
from bench.telegram import Cloud

_COUNT: Final = 200
_CLIENTS: Final = 20
_ROUND: Final = 20
# What a message sets going besides the alert ends before the next is written.
_REST: Final = 0.05


def measure(load: Load) -> list[Figure]:
    """Each message is in a ticket that has an assignee. Both bots have a Telegram of their own and run at once."""
    count = load.of(_COUNT)
    with Side(Cloud) as ours, Side(Cloud) as other, Side(Service) as service, Side(Bare) as bare:
        lines, folder = Lines(telegram=ours.ask("start")), load.folder()
        service.ask("prepare", folder, lines)
        service.ask("start", folder, lines, 0.0)
        bare.ask("echo", load.folder(), other.ask("start"))
        times: list[float] = []
        limits: list[float] = []
        # The first round opens the tickets and warms both sides.
        _timed(ours, STAFF, _CLIENTS), _timed(other, None, _CLIENTS)
        while len(times) < count:
            times += _timed(ours, STAFF, _ROUND)
            limits += _timed(other, None, _ROUND)
        service.ask("stop")
        bare.ask("stop")
    return [
        Figure(
            name="a client's message to the private alert", unit="ms, median", ours=median(times), limit=median(limits),
            ratio=median(times) / median(limits), aim=3, sense="at most",
            note=f"{len(times)} messages one at a time, paces off; the limit: a bare aiogram echo bot, one INSERT",
            more={"p95": quantiles(times, n=20)[-1], "limit_p95": quantiles(limits, n=20)[-1]},
        )
    ]  # fmt: skip


def _timed(cloud: Side, wanted: tuple[int, ...] | None, count: int) -> list[float]:
    """Milliseconds; the echo comes to the client, the alert to one of the staff."""
    found = []
    for number in range(count):
        client = number % _CLIENTS
        seconds = cloud.ask("timed", client, f"Когда будет готово {number}?", wanted or (FIRST + client,), _REST)
        found.append(seconds * 1000)
    return found
