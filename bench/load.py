"""How much is measured, and where the data of each run goes."""

import shutil
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path


@dataclass(kw_only=True)
class Load:
    """`part` of the full load: 1 or 0.1. Each run gets a fresh folder; `clear` removes those made so far."""

    root: Path
    part: float = 1.0
    rounds: int = 3
    longest: float = 14 * 60.0
    _begun: float = field(default_factory=time.monotonic)
    _numbers: "count[int]" = field(default_factory=count)

    def of(self, full: int) -> int:
        return max(int(full * self.part), 1)

    def left(self) -> float:
        """Seconds; what takes longer ends early and says so."""
        return max(self.longest - (time.monotonic() - self._begun), 0.0)

    def folder(self) -> Path:
        made = self.root / f"run-{next(self._numbers)}"
        made.mkdir()
        return made

    def clear(self) -> None:
        for old in self.root.glob("run-*"):
            shutil.rmtree(old)
