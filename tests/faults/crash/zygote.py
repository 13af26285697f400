"""A process that imports the whole service once and forks it: a life begins in milliseconds. `Zygote` is its handle.

`python -m tests.faults.crash.zygote FD` serves orders that come over the inherited socket FD, one at a time.
"""

import asyncio
import contextlib
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from okno.queue.words import index_words
from tests.faults.crash.fuse import Fuse
from tests.faults.crash.life import Life

_ROOT: Final = Path(__file__).parents[3]
_PATIENCE: Final = 60.0


class Zygote:
    """Belongs to one test process; `opened` starts and ends it."""

    def __init__(self, line: "Connection[object, object]") -> None:
        self._line = line

    def fork(self, life: Life) -> "Worker":
        self._line.send(life)
        pid = self._line.recv()
        assert isinstance(pid, int)
        return Worker(pid, self, Fuse(life.fuse))

    def reap(self, pid: int) -> int:
        """The exit code of a process that has ended: below zero the signal that ended it."""
        self._line.send(pid)
        code = self._line.recv()
        assert isinstance(code, int)
        return code


class Worker:
    """One forked service."""

    def __init__(self, pid: int, zygote: Zygote, fuse: Fuse) -> None:
        self.pid = pid
        self.fuse = fuse
        self._zygote = zygote
        self._handle = os.pidfd_open(pid)

    def signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):  # it has ended by itself: its code will tell
            signal.pidfd_send_signal(self._handle, number)

    async def gone(self, seconds: float = 2 * _PATIENCE) -> int:
        """Waits for its end; its exit code. Raises TimeoutError when it lives on."""
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        loop.add_reader(self._handle, ended.set)
        try:
            async with asyncio.timeout(seconds):
                await ended.wait()
        finally:
            loop.remove_reader(self._handle)
        os.close(self._handle)
        return self._zygote.reap(self.pid)

    def sleeps(self) -> bool:
        """Whether a SIGSTOP has reached it."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    async def kill(self) -> int:
        self.signal(signal.SIGKILL)
        return await self.gone()


@contextmanager
def opened(log: Path) -> Iterator[Zygote]:
    """A warm zygote; its own words and those of imports go to `log`."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "tests.faults.crash.zygote", str(theirs.fileno())]
    with ours, theirs, log.open("ab") as words:
        process = subprocess.Popen(
            command, cwd=_ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=words, stderr=words
        )
        theirs.close()
        line: Connection[object, object] = Connection(ours.detach())
        try:
            if not line.poll(_PATIENCE):
                raise RuntimeError(f"the zygote does not start, see {log}")
            line.recv()
            yield Zygote(line)
        finally:
            line.close()
            process.wait(_PATIENCE)


def main(descriptor: int) -> None:
    """Serves until the other end closes the line; the children alive then are killed."""
    from tests.faults.crash import living

    index_words("Разогрев: the first word of each language loads its dictionary.")
    assert threading.active_count() == 1, "a thread would be missing in every fork"
    gc.collect()
    gc.freeze()
    line: Connection[object, object] = Connection(descriptor)
    line.send("warm")
    alive: set[int] = set()
    with contextlib.suppress(EOFError):
        while True:
            order = line.recv()
            if isinstance(order, Life):
                alive.add(pid := _forked(order, line, living.live))
                line.send(pid)
            elif isinstance(order, int):
                alive.discard(order)
                line.send(os.waitstatus_to_exitcode(os.waitpid(order, 0)[1]))
    for pid in alive:
        os.kill(pid, signal.SIGKILL)


def _forked(order: Life, line: "Connection[object, object]", live: Callable[[Life], None]) -> int:
    pid = os.fork()
    if pid == 0:
        line.close()
        live(order)
    return pid


if __name__ == "__main__":
    main(int(sys.argv[1]))
