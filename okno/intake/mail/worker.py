"""Reader: mails read in a process of their own, so that a hostile one costs neither this process nor the mails behind
it.

A process that hangs or dies is replaced; the mail that did it is read carefully by the next one, and if that fails
too, by its headers alone.
"""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from okno.errors import OknoError
from okno.intake.mail import reading, wire
from okno.intake.mail.frames import ANSWER, QUESTION, READY
from okno.intake.mail.values import Mail

_BROKEN = (OSError, EOFError, TimeoutError, ValueError, KeyError, TypeError)
_BUFFER = 1 << 20
_NEEDED = frozenset({"PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "TMPDIR"})
_START_SECONDS = 60.0
_END_SECONDS = 2.0
_LAST_WORDS = 2_000


class Reader:
    """Attachments go to files in `spool` when it is given; the mail then names the file, and the caller owns it.

    `deadline` is in seconds of the wall clock, for one mail; the process has its own limit of CPU time.
    """

    def __init__(self, *, spool: Path | None = None, deadline: float = 20.0) -> None:
        self._spool = spool
        self._deadline = deadline
        self._lock = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    async def read(self, raw: bytes) -> Mail:
        return (await self.read_many([raw]))[0]

    async def read_many(self, raws: Sequence[bytes]) -> list[Mail]:
        """In the order given, one Mail for each. Raises OknoError only when no process can be started at all."""
        done: list[Mail] = []
        careful = False
        async with self._lock:
            while len(done) < len(raws):
                before = len(done)
                broken = await self._read_some(raws[before:], done, careful=careful)
                if broken and careful and len(done) == before:
                    done.append(reading.headers_only(raws[before], f"body: {broken}; headers only"))
                    careful = False
                else:
                    careful = bool(broken)
        return done

    async def close(self) -> None:
        """Waits for what is being read."""
        async with self._lock:
            await self._end(_END_SECONDS)

    async def _read_some(self, raws: Sequence[bytes], done: list[Mail], *, careful: bool) -> str:
        """Reads until all are done, or until the process breaks at the one behind those `done`: then it says how."""
        process = await self._started()
        sending = asyncio.create_task(_send(process, raws, careful=careful))
        whole = False
        try:
            for _ in raws:
                async with asyncio.timeout(self._deadline):
                    done.append(await _answer(process))
            whole = True
        except TimeoutError:
            return f"not read within {self._deadline:g} s"
        except _BROKEN as error:
            return f"its reader stopped ({type(error).__name__})"
        finally:
            # Answers nobody waits for any more would be taken for those to the next question.
            if not whole:
                await self._end(0)
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await sending
        return ""

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        pipe = asyncio.subprocess.PIPE
        command = [sys.executable, "-m", "okno.intake.mail.child", *([str(self._spool)] if self._spool else [])]
        self._process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=pipe, limit=_BUFFER, env=_environment()
        )
        await _greeted(self._process)
        return self._process

    async def _end(self, patience: float) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(patience):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _environment() -> dict[str, str]:
    """What Python needs to find itself and Okno, and nothing else: secrets may stand in ours."""
    needed = {name: value for name, value in os.environ.items() if name in _NEEDED}
    return needed | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


async def _greeted(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        async with asyncio.timeout(_START_SECONDS):
            await process.stdout.readexactly(len(READY))
    except (EOFError, TimeoutError) as error:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        words = (await process.stderr.read(_LAST_WORDS)).decode("utf-8", "replace").strip()
        await process.wait()
        raise OknoError(
            f"The process that reads mail does not start; reinstall Okno. It said: {words or 'nothing'}"
        ) from error


async def _send(process: asyncio.subprocess.Process, raws: Sequence[bytes], *, careful: bool) -> None:
    """Only the first is read carefully. A process that breaks is noticed by who waits for its answer."""
    assert process.stdin is not None
    with contextlib.suppress(ConnectionError):
        for place, raw in enumerate(raws):
            process.stdin.write(QUESTION.pack(careful and not place, len(raw)))
            process.stdin.write(raw)
            await process.stdin.drain()


async def _answer(process: asyncio.subprocess.Process) -> Mail:
    assert process.stdout is not None
    (size,) = ANSWER.unpack(await process.stdout.readexactly(ANSWER.size))
    facts = json.loads(await process.stdout.readexactly(size))
    contents = [await process.stdout.readexactly(one) for one in wire.sizes(facts)]
    return wire.unpack(facts, contents)
