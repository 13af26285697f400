"""A demo as its reader starts it: a process of its own, and what it answers over HTTP."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
# With the packages of requirements.lock and no others.
BARE = Path(__file__).parent / "bare"
PATIENCE = 60.0


class Running:
    """Started in `folder`; what it leaves outside would lie in `temporary`."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.temporary = folder / "tmp"
        self.temporary.mkdir(exist_ok=True)
        path = os.pathsep.join((str(ROOT), str(BARE)))
        environment = {**os.environ, "PYTHONPATH": path, "TMPDIR": str(self.temporary), "LC_ALL": "C.UTF-8"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "okno", "demo", *options], cwd=folder, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self.said = ""

    @property
    def url(self) -> str:
        """As soon as it is printed."""
        while not (found := re.search(r"http://\S+", self.said)):
            self.said += self._line()
        return found[0]

    def _line(self) -> str:
        assert self.process.stdout
        words = self.process.stdout.readline()
        if not words:
            raise AssertionError(f"the demo ended with {self.process.wait()}: {self.said}")
        return words

    def ask(self, path: str, facts: Mapping[str, Any] | None = None) -> Any:
        body = None if facts is None else json.dumps(facts).encode()
        request = urllib.request.Request(f"{self.url}{path}", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def opens(self, language: str = "ru") -> Any:
        """The page in a browser of this language."""
        return self.ask("/demo/open", {"language": language, "timezone": "Europe/Moscow"})

    def topics(self, least: int) -> list[str]:
        """The names of the staff group's topics, as soon as there are so many."""

        def look() -> list[str]:
            found = self.ask("/sandbox/topics", {"chat": -1001000000001})["result"]
            return [one["name"] for one in found] if len(found) >= least else []

        return until(look, f"{least} topics")

    def stop(self, number: int = signal.SIGINT) -> int:
        """As Ctrl-C does: every process of the group hears it."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
        return self.end()

    def end(self) -> int:
        """How it ended by itself."""
        assert self.process.stdout
        self.said += self.process.stdout.read()
        self.process.stdout.close()
        return self.process.wait(PATIENCE)

    def alive(self) -> bool:
        """Whether any process of it is left."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, 0)
            return True
        return False


@contextmanager
def demo(folder: Path, *options: str) -> Iterator[Running]:
    made = Running(folder, *options)
    try:
        yield made
    finally:
        if made.process.returncode is None:
            made.stop()


def until(look: Callable[[], T], what: str = "") -> T:
    """What `look` finds, as soon as it does."""
    end = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < end, f"never came: {what}"
        time.sleep(0.05)
    return found
