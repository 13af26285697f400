"""`make bench`: measures each thing beside its limit in the same run, prints a table, and JSON where asked."""

import importlib
import os
import platform
import signal
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from bench.load import Load
from bench.meter import sync_cost
from bench.report import Figure, document, table
from bench.side import SideFailed

NAMES = ("floor", "mail_in", "telegram_in", "letters_out", "alert", "scale", "memory")
# Nobody waits longer for a benchmark: what has not begun by then is left out, and said.
LONGEST = {"full": 13 * 60.0, "quick": 150.0}
GRACE = 60.0


@click.command()
@click.option("--quick", is_flag=True, help="A tenth of the load: about two minutes, rougher figures.")
@click.option("--only", "names", multiple=True, type=click.Choice(NAMES), help="This piece alone; may be repeated.")
@click.option("--json", "target", type=click.Path(path_type=Path), help="The figures as JSON too; - for stdout alone.")
@click.option("--dir", "place", type=click.Path(path_type=Path), help="Where the data goes: the disk that is measured.")
def main(*, quick: bool, names: tuple[str, ...], target: Path | None, place: Path | None) -> None:
    with tempfile.TemporaryDirectory(prefix="okno-bench-", dir=place) as root:
        longest = LONGEST["quick" if quick else "full"]
        load = Load(root=Path(root), part=0.1 if quick else 1.0, rounds=2 if quick else 3, longest=longest)
        about = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"), "python": platform.python_version(),
            "cores": os.cpu_count(), "part": load.part, "fsync_ms": round(sync_cost(Path(root)), 3),
        }  # fmt: skip
        signal.signal(signal.SIGALRM, _late)
        signal.alarm(int(longest + GRACE))
        figures = _measured(load, names or NAMES)
        signal.alarm(0)
    written = document(figures, about)
    if target == Path("-"):
        print(written)
        return
    print(f"\n{about['cores']} cores, Python {about['python']}, an fsync takes {about['fsync_ms']} ms\n")
    print(table(figures))
    if target:
        target.write_text(written + "\n", encoding="utf-8")


def _measured(load: Load, names: tuple[str, ...]) -> list[Figure]:
    figures: list[Figure] = []
    for name in names:
        if not load.left():
            figures.append(Figure(name=name, unit="", note="left out: the time was up"))
            continue
        click.echo(f"{name} ...", err=True)
        started = time.monotonic()
        try:
            figures += importlib.import_module(f"bench.{name}").measure(load)
        except (TimeoutError, SideFailed) as error:
            figures.append(Figure(name=name, unit="", note=f"could not be measured: {error}"))
        load.clear()
        click.echo(f"{name}: {time.monotonic() - started:.0f} s", err=True)
    return figures


def _late(_number: int, _frame: object) -> None:
    raise TimeoutError("the time is up")


if __name__ == "__main__":
    main()
