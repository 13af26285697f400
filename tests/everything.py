"""Runs every test this machine can run, and says which it could not: `python -m tests.everything [pytest options]`.

It is not a plugin: plain pytest is called twice, for what may run side by side and for what must be alone.
"""

import os
import shutil
import subprocess
import sys
from typing import Final

# What a wheel cannot bring. Debian keeps server programs out of the path of ordinary users.
PARTS: Final = {"browser": ("chromium", "chromium-browser", "google-chrome"), "dovecot": ("dovecot",)}
OWN: Final = {"browser": "OKNO_CHROMIUM"}
ALONE: Final = "(slow or browser or dovecot)"
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
    here = "".join(f" and not {part}" for part in missing)
    code = _run(["-n", "2", "-m", f"not {ALONE}{here}", *options], ["-m", f"{ALONE}{here}", *options])
    left_out = {part: number for part in missing if (number := _count(part))}
    if left_out:
        counts = ", ".join(f"{part} {number}" for part, number in left_out.items())
        sys.stdout.write(f"NOT RUN: {counts}\n")
        return code or int(os.environ.get("OKNO_TEST_ALL") == "1")
    return code


def _run(*runs: list[str]) -> int:
    """pytest's own exit code, of the first run that failed; a run in which nothing was to do is no failure."""
    codes: list[int] = []
    for options in runs:
        sys.stdout.flush()
        codes.append(subprocess.run([*PYTEST, *options], check=False).returncode)
        if codes[-1] == INTERRUPTED:
            break
    told = [code for code in codes if code != NO_TESTS]
    return next(filter(None, told), 0) if told else NO_TESTS


def _count(part: str) -> int:
    plain = os.environ | {"PYTEST_ADDOPTS": ""}  # one more -q there, and the list would be gone
    command = [*PYTEST, "--collect-only", "-q", "-m", part]
    listed = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True, env=plain).stdout
    return sum("::" in line for line in listed.splitlines())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
