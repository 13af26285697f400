"""What work costs: wall seconds, CPU seconds and memory of a process together with its children."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, kw_only=True)
class Taken:
    """`count` things done in so many seconds of the wall clock and of the processors."""

    count: int
    wall: float
    cpu: float

    @property
    def rate(self) -> float:
        return self.count / self.wall


class Meter:
    """Runs from its making."""

    def __init__(self) -> None:
        self._cpu = cpu()
        self._wall = time.perf_counter()

    def taken(self, count: int) -> Taken:
        return Taken(count=count, wall=time.perf_counter() - self._wall, cpu=cpu() - self._cpu)


def family() -> list[psutil.Process]:
    """The process itself and all that it started."""
    me = psutil.Process()
    return [me, *me.children(recursive=True)]


def cpu() -> float:
    """Seconds since the start, children that have ended included."""
    times = [one.cpu_times() for one in family()]
    return float(sum(one.user + one.system + one.children_user + one.children_system for one in times))


def memory() -> float:
    """PSS in MiB: what is shared with other processes counts by its share."""
    return float(sum(one.memory_full_info().pss for one in family())) / (1 << 20)


def sync_cost(folder: Path, times: int = 50) -> float:
    """Milliseconds of one fsync there."""
    place = folder / "sync"
    begun = time.perf_counter()
    with place.open("wb") as file:
        for _ in range(times):
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
    place.unlink()
    return (time.perf_counter() - begun) / times * 1000
