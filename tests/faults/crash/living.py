"""Lives one life: the real service in a forked process, which ends itself where its fuse says."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from okno.app import running
from tests.faults.crash import safeguards
from tests.faults.crash.clock import Clock
from tests.faults.crash.fuse import Fuse
from tests.faults.crash.life import Life


def live(life: Life) -> None:
    """Until SIGTERM, or until it is killed. Never returns: what stands above on the stack is the zygote's."""
    code = 1
    try:
        _write_to(life.log)
        safeguards.remove(life.without)
        asyncio.run(_serve(life))
        code = 0
    except BaseException:  # noqa: BLE001 - it is told in the log, and the code tells the test
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _write_to(log: Path) -> None:
    handle = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    os.close(handle)


async def _serve(life: Life) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    clock = Clock(life.clock)
    fuse = Fuse(life.fuse)
    async with running(life.config, now=clock.now, pace=life.pace, step=fuse.reached):
        await stop.wait()
