"""`okno` as somebody at a terminal, or another program, calls it: what it printed and its exit code."""

import io
import json
import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from okno.__main__ import main


@dataclass(frozen=True, kw_only=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Of JSON, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def object(self) -> dict[str, Any]:
        found = self.objects
        assert len(found) == 1, self
        return found[0]


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """`config` is named in every call."""

    config: Path | None = None

    def __call__(self, *arguments: str | Path, answers: bytes | str = b"") -> Said:
        """In this process; `answers` come on standard input. Inside a running loop call it in a thread."""
        named = ["--config", str(self.config)] if self.config else []
        out, err = _Page(), _Page()
        given = answers.encode() if isinstance(answers, str) else answers
        with redirect_stdout(out), redirect_stderr(err), _answered(given), _own_process():
            code = main([*named, *map(str, arguments)])
        return Said(code=code, out=out.text(), err=err.text())


class _Page(io.TextIOWrapper):
    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def text(self) -> str:
        self.flush()
        self.seek(0)
        return self.read()


@contextmanager
def _answered(answers: bytes) -> Iterator[None]:
    old, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(answers), encoding="utf-8")
    try:
        yield
    finally:
        sys.stdin = old


@contextmanager
def _own_process() -> Iterator[None]:
    """The command sets up its whole process, which here is that of the tests: it is given back as it was."""
    root, ours = logging.getLogger(), logging.getLogger("okno")
    kept = (list(root.handlers), root.level, ours.level, sys.excepthook, threading.excepthook, structlog.get_config())
    umask = os.umask(0o022)
    os.umask(umask)
    try:
        yield
    finally:
        os.umask(umask)
        root.handlers[:], root.level, ours.level, sys.excepthook, threading.excepthook = kept[:5]
        logging.captureWarnings(capture=False)
        structlog.configure(**kept[5])
