"""Runs every test this machine can run, and says which it could not: `python -m tests.everything [pytest options]`.

It is not a plugin: plain pytest is called for what may be cut in pieces, and then for two heaps that may not, side by
side: the storms, which tell their figures as they run, and what needs a browser, a mail server or the whole demo.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

# What a wheel cannot bring. Debian keeps server programs out of the path of ordinary users.
PARTS: Final = {"browser": ("chromium", "chromium-browser", "google-chrome"), "dovecot": ("dovecot",)}
OWN: Final = {"browser": "OKNO_CHROMIUM"}
STORMS: Final = "slow and not demo"
SERVED: Final = "(browser or dovecot or demo)"
PYTEST: Final = (sys.executable, "-m", "pytest")
NO_TESTS: Final = 5
INTERRUPTED: Final = 2


def program(part: str) -> str | None:
    """Where the part's program is; None when the machine has none."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"])
    own = os.environ.get(OWN.get(part, ""))
    return next(filter(None, (shutil.which(name, path=path) for name in ([own] if own else PARTS[part]))), None)


def main(options: list[str]) -> int:
    missing = [part for part in PARTS if not program(part)]
    served = SERVED + "".join(f" and not {part}" for part in missing)
    cut = ["-n", "2", "-m", f"not slow and not {SERVED}", *options]
    codes = _side_by_side([cut])
    if INTERRUPTED not in codes:
        codes += _side_by_side([["-m", STORMS, *options], ["-m", served, *options]])
    code = _verdict(codes)
    left_out = {part: number for part in missing if (number := _count(part))}
    if left_out:
        counts = ", ".join(f"{part} {number}" for part, number in left_out.items())
        sys.stdout.write(f"NOT RUN: {counts}\n")
        return code or int(os.environ.get("OKNO_TEST_ALL") == "1")
    return code


def _verdict(codes: Sequence[int]) -> int:
    """pytest's own exit code, of the first run that failed; a run in which nothing was to do is no failure."""
    told = [code for code in codes if code != NO_TESTS]
    return next(filter(None, told), 0) if told else NO_TESTS


def _side_by_side(runs: Sequence[list[str]]) -> list[int]:
    """The first is seen as it runs, the others are told when they have ended."""
    first, *others = runs
    sys.stdout.flush()
    with ExitStack() as stack:
        logs = [stack.enter_context(tempfile.TemporaryFile()) for _ in others]
        behind = [
            subprocess.Popen([*PYTEST, *options], stdout=log, stderr=log)
            for options, log in zip(others, logs, strict=True)
        ]
        codes = [subprocess.run([*PYTEST, *first], check=False).returncode]
        for process, log in zip(behind, logs, strict=True):
            codes.append(process.wait())
            log.seek(0)
            shutil.copyfileobj(log, sys.stdout.buffer)
        sys.stdout.flush()
    return codes


def _count(part: str) -> int:
    plain = os.environ | {"PYTEST_ADDOPTS": ""}  # one more -q there, and the list would be gone
    command = [*PYTEST, "--collect-only", "-q", "-m", part]
    listed = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True, env=plain).stdout
    return sum("::" in line for line in listed.splitlines())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
