"""A process of its own for each side of a comparison and for each load generator, so that their CPU is told apart."""

import asyncio
import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

_GOODBYE = 20.0


class SideFailed(Exception):
    """What was asked of another process failed there; its traceback is the message."""


class Side:
    """Makes `kind(*given)` in a fresh process; its async methods are asked by name, one at a time, in one event loop.

    What it started in the background goes on between the questions. `alone`: it shares no memory with a process that
    has imported everything before, as the others do to start at once.
    """

    def __init__(self, kind: Callable[..., Any], *given: Any, alone: bool = False) -> None:
        self._line, theirs = multiprocessing.Pipe()
        if alone:
            self._process: BaseProcess = multiprocessing.get_context("spawn").Process(
                target=_serve, args=(theirs, kind, given)
            )
        else:
            warm = multiprocessing.get_context("forkserver")
            warm.set_forkserver_preload(["bench.service", "bench.bare", "bench.telegram"])
            self._process = warm.Process(target=_serve, args=(theirs, kind, given))
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        elif self._process.is_alive():
            self.kill()

    def ask(self, name: str, *given: Any, seconds: float = 120.0) -> Any:
        """Raises TimeoutError, and SideFailed with what went wrong there."""
        self._line.send((name, given))
        if not self._line.poll(seconds):
            raise TimeoutError(f"{name} took longer than {seconds:g} s")
        good, answer = self._line.recv()
        if not good:
            raise SideFailed(f"{name}:\n{answer}")
        return answer

    def kill(self) -> None:
        """As a power cut would: nothing is said, nothing is written."""
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()

    def close(self) -> None:
        self._line.close()
        self._process.join(_GOODBYE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _serve(line: Connection, kind: Callable[..., Any], given: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_answer(line, kind, given))


async def _answer(line: Connection, kind: Callable[..., Any], given: tuple[Any, ...]) -> None:
    worker = kind(*given)
    while True:
        try:
            name, asked = await asyncio.to_thread(line.recv)
        except (EOFError, OSError):
            return
        try:
            found = await getattr(worker, name)(*asked)
        except Exception:  # noqa: BLE001 - it is told to who asked
            line.send((False, traceback.format_exc()))
        else:
            line.send((True, found))
