"""Email from an IMAP server to ticket rows, backlog and one at a time, against the floor with the same mails."""

import time
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Final

from bench import mix, post
from bench.floor import Floor
from bench.load import Load
from bench.post import Post
from bench.report import Figure, compared
from bench.rows import MESSAGES, arrived
from bench.service import Lines, Service
from bench.side import Side
from bench.sinks import Sinks

if TYPE_CHECKING:
    from bench.meter import Taken

_SLOW: Final = 300.0
_SINGLES: Final = 60
_WARM: Final = 4


def measure(load: Load) -> list[Figure]:
    raws = list(mix.mails(load.of(2000)))
    with post.opened() as server, Side(Sinks) as sinks, Side(Service) as service, Side(Floor) as floor:
        server.add("backlog")
        server.put("backlog", raws)
        smtp: int = sinks.ask("start")[1]
        backlog = _backlog(load, server, smtp, (service, floor), raws)
        single = _single(load, server, smtp, (service, floor))
    return [*backlog, single]


def _backlog(load: Load, server: Post, smtp: int, sides: tuple[Side, Side], raws: list[bytes]) -> list[Figure]:
    service, floor = sides
    lines = _lines(server, smtp, "backlog")
    # Whoever opens a mailbox first waits for the server to read it.
    floor.ask("mailbox", load.folder(), server.port, "backlog", server.password, seconds=_SLOW)
    pairs, fetched = [], []
    for _ in range(load.rounds):
        folder = load.folder()
        service.ask("prepare", folder, lines)
        ours: Taken = service.ask("work", folder, lines, 1.0, MESSAGES, len(raws), seconds=_SLOW)
        limit: Taken = floor.ask("mails", load.folder(), raws, seconds=_SLOW)
        same: Taken = floor.ask("mailbox", load.folder(), server.port, "backlog", server.password, seconds=_SLOW)
        pairs.append((ours, limit))
        fetched.append((ours, same))
        load.clear()
    size = sum(map(len, raws)) / 1e6
    note = f"{len(raws)} mails, {size:.0f} MB, fetched from {server.name}; the floor has them in memory"
    other = f"the floor fetches them from {server.name} too, 50 at a time"
    return [
        compared("mail into tickets, backlog", "mails/s", pairs, aim=0.6, note=note),
        compared("mail into tickets, both fetching", "mails/s", fetched, note=other),
    ]


def _single(load: Load, server: Post, smtp: int, sides: tuple[Side, Side]) -> Figure:
    """Milliseconds from a mail in the mailbox to its row, the next only when it is there; both sides sit in IDLE."""
    service, floor = sides
    places = {"ours": load.folder(), "floor": load.folder()}
    for user in places:
        server.add(user)
    lines = _lines(server, smtp, "ours")
    service.ask("prepare", places["ours"], lines)
    service.ask("start", places["ours"], lines)
    floor.ask("watch", places["floor"], server.port, "floor", server.password)
    times: dict[str, list[float]] = {user: [] for user in places}
    for number, raw in enumerate(mix.mails(load.of(_SINGLES) + _WARM, seed=2), start=1):
        for user, folder in places.items():
            times[user].append(_milliseconds(server, user, raw, folder, number))
    service.ask("stop")
    floor.ask("stop")
    ours, limit = times["ours"][_WARM:], times["floor"][_WARM:]
    return Figure(
        name="a mail into a ticket, one at a time", unit="ms, median", ours=median(ours), limit=median(limit),
        ratio=median(ours) / median(limit), sense="at most",
        note=f"{len(ours)} mails; both sides wait in IDLE, {server.name} takes its time to tell them",
        more={"p95": quantiles(ours, n=20)[-1], "limit_p95": quantiles(limit, n=20)[-1]},
    )  # fmt: skip


def _milliseconds(server: Post, user: str, raw: bytes, folder: Path, number: int) -> float:
    begun = time.perf_counter()
    server.put(user, [raw])
    while arrived(folder) < number:
        if time.perf_counter() - begun > _SLOW:
            raise TimeoutError(f"mail {number} of {user} never became a ticket")
        time.sleep(0.002)
    return (time.perf_counter() - begun) * 1000


def _lines(server: Post, smtp: int, user: str) -> Lines:
    return Lines(imap_port=server.port, imap_user=user, imap_password=server.password, smtp_port=smtp)
