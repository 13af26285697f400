"""Memory of the service and its workers (PSS) above the same process with only its imports, and whether it grows."""

from itertools import islice
from statistics import median
from typing import Final

from bench import mix, post
from bench.load import Load
from bench.report import Figure
from bench.rows import MESSAGES
from bench.service import Lines, Service
from bench.side import Side
from bench.sinks import Sinks
from bench.telegram import Cloud

_MESSAGES: Final = 50_000
# One in twelve is a mail: as many as fit into the time, with their attachments of 1 MB.
_MAILS: Final = 4_000
_BATCH: Final = 200
_LONGEST: Final = 240.0
_SHORTEST: Final = 5.0
_ALLOWED: Final = 120
_GROWTH: Final = 5


def measure(load: Load) -> list[Figure]:
    count, mails = load.of(_MESSAGES), load.of(_MAILS)
    says = list(mix.says(count - mails, seed=4))
    with post.opened() as server, Side(Cloud) as cloud, Side(Sinks) as sinks, Side(Service, alone=True) as service:
        imports: float = service.ask("memory")
        server.add("memory")
        found = mix.mails(mails, seed=5)
        while batch := list(islice(found, _BATCH)):
            server.put("memory", batch)
        folder = load.folder()
        lines = Lines(
            telegram=cloud.ask("start"), smtp_port=sinks.ask("start")[1], imap_port=server.port, imap_user="memory",
            imap_password=server.password,
        )  # fmt: skip
        cloud.ask("write", says)
        service.ask("prepare", folder, lines)
        service.ask("start", folder, lines)
        longest = min(_LONGEST, load.left())
        if longest < _SHORTEST:
            raise TimeoutError("too little of the time is left")
        samples = service.ask("watched", folder, MESSAGES, count, longest, seconds=longest + 60)
        service.ask("stop")
    return _figures(samples, imports, count, mails)


def _figures(samples: list[tuple[int, float]], imports: float, count: int, mails: int) -> list[Figure]:
    done = samples[-1][0]
    highest = max(size for _, size in samples)
    # What is filled once (caches, the words' dictionary) is full by then.
    early = [size for number, size in samples if 0.3 * done <= number <= 0.5 * done]
    late = [size for number, size in samples if number >= 0.8 * done]
    growth = median(late) - median(early) if early and late else 0.0
    said = f"{done:,} messages" + ("" if done >= count else f" of {count:,}: the time was up")
    about = {"imports": imports, "samples": samples[:: max(len(samples) // 60, 1)]}
    return [
        Figure(
            name="memory above the imports, at most", unit="MiB PSS", ours=highest, limit=imports,
            ratio=highest - imports, aim=_ALLOWED, sense="at most", more=about,
            note=f"{said}, among them {mails:,} mails; `ratio` is the difference, summed over the workers",
        ),
        Figure(
            name="memory growth", unit="MiB", ours=growth, ratio=growth, aim=_GROWTH, sense="at most",
            note="the last fifth of the messages against the third to the half",
        ),
    ]  # fmt: skip
