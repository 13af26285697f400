"""Where a demo's data lie: a folder that goes with it, or ./demo-data; and the file its parts report to."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Final

from okno.config import logs
from okno.errors import OknoError

KEPT: Final = Path("demo-data")
# Stands in every folder a demo has made, from its first moment on.
_LOG: Final = "demo.log"


@contextmanager
def place(*, keep: bool, reset: bool) -> Iterator[Path]:
    kept = KEPT.absolute()
    if reset and kept.exists():
        _empty(kept)
    if not keep:
        with tempfile.TemporaryDirectory(prefix="okno-demo-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
        return
    kept.mkdir(parents=True, exist_ok=True)
    yield kept


def _empty(folder: Path) -> None:
    """Only what an earlier demo left: this deletes."""
    if any(folder.iterdir()) and not (folder / _LOG).exists():
        raise OknoError(f"{folder} was not made by a demo; move it away, or start in another folder")
    shutil.rmtree(folder)


def report_into(folder: Path) -> None:
    """What the parts tell goes into a file, for the rest of this process: the terminal is for the one address."""
    file = (folder / _LOG).open("a", encoding="utf-8", buffering=1)
    with redirect_stderr(file):
        logs.set_up(json=False, level="info", secrets=())
