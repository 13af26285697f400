"""What was measured: one figure a line, each beside its limit from the same run, as a table and as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any, Literal

from bench.meter import Taken

Pair = tuple[Taken, Taken]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`ratio` is what the aim speaks of. `met` None: shown for knowledge, nothing is aimed at.

    `wall` and `cpu` are seconds of all our runs, those of the limit stand beside them; None where time is no matter.
    """

    name: str
    unit: str
    ours: float | None = None
    limit: float | None = None
    ratio: float | None = None
    aim: float | None = None
    sense: Literal["at least", "at most"] = "at least"
    wall: float | None = None
    cpu: float | None = None
    limit_wall: float | None = None
    limit_cpu: float | None = None
    note: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool | None:
        if self.aim is None or self.ratio is None:
            return None
        return self.ratio >= self.aim if self.sense == "at least" else self.ratio <= self.aim


def compared(name: str, unit: str, pairs: Sequence[Pair], aim: float | None = None, note: str = "") -> Figure:
    """Rates of runs taken in turn; the ratio is the median of neighbours', for the machine swings over minutes."""
    return Figure(
        name=name, unit=unit, ours=median(ours.rate for ours, _ in pairs), aim=aim, note=note,
        limit=median(limit.rate for _, limit in pairs), ratio=median(ours.rate / limit.rate for ours, limit in pairs),
        wall=sum(ours.wall for ours, _ in pairs), cpu=sum(ours.cpu for ours, _ in pairs),
        limit_wall=sum(limit.wall for _, limit in pairs), limit_cpu=sum(limit.cpu for _, limit in pairs),
        more={
            "per_cpu_second": median(ours.count / ours.cpu for ours, _ in pairs if ours.cpu),
            "limit_per_cpu_second": median(limit.count / limit.cpu for _, limit in pairs if limit.cpu),
            "runs": [[round(ours.rate, 1), round(limit.rate, 1)] for ours, limit in pairs],
        },
    )  # fmt: skip


def alone(name: str, unit: str, runs: Sequence[Taken], note: str = "") -> Figure:
    """The rate of something that is itself a limit."""
    return Figure(
        name=name, unit=unit, ours=median(run.rate for run in runs), note=note,
        wall=sum(run.wall for run in runs), cpu=sum(run.cpu for run in runs),
        more={"per_cpu_second": median(run.count / run.cpu for run in runs if run.cpu)},
    )  # fmt: skip


_HEAD = ("figure", "unit", "ours", "limit", "ratio", "aim", "met", "wall s", "cpu s", "limit wall", "limit cpu")


def table(figures: Sequence[Figure]) -> str:
    rows = [_HEAD, *(_row(one) for one in figures)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEAD))]
    lines = ["  ".join(_cell(at, cell, widths[at]) for at, cell in enumerate(row)) for row in rows]
    notes = [f"{one.name}: {one.note}" for one in figures if one.note]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:], *(["", *notes] if notes else [])])


def _cell(at: int, cell: str, width: int) -> str:
    return cell.ljust(width) if at < 2 else cell.rjust(width)


def _row(one: Figure) -> tuple[str, ...]:
    aim = "" if one.aim is None else f"{'>=' if one.sense == 'at least' else '<='} {one.aim:g}"
    met = "" if one.met is None else ("yes" if one.met else "NO")
    times = (_number(time) for time in (one.wall, one.cpu, one.limit_wall, one.limit_cpu))
    return (one.name, one.unit, _number(one.ours), _number(one.limit), _number(one.ratio), aim, met, *times)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def document(figures: Sequence[Figure], about: dict[str, Any]) -> str:
    rows = [{**asdict(one), "met": one.met} for one in figures]
    return json.dumps({**about, "figures": rows}, ensure_ascii=False, indent=1)
