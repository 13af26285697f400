"""What a reckoning is written in: the five numbers of each channel and direction, and the faults by kind."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["lost", "twice", "wrong"]


@dataclass(kw_only=True)
class Five:
    """jepsen/checker.clj, total-queue. `recovered`: what a crash left in doubt and what came out nevertheless.

    `in_doubt` bounds what may double: attempts of unknown outcome. `turned_note`: answers that staff gave to a message
    nobody remembers sending; kept as notes, and their authors were told.
    """

    name: str
    attempted: int = 0
    acknowledged: int = 0
    lost: int = 0
    duplicated: int = 0
    recovered: int = 0
    in_doubt: int = 0
    turned_note: int = 0

    def __str__(self) -> str:
        return (
            f"{self.name:34}{self.attempted:>10}{self.acknowledged:>13}{self.lost:>6}{self.duplicated:>11}"
            f"{self.recovered:>10}{self.in_doubt:>9}" + (f"  notes {self.turned_note}" if self.turned_note else "")
        )


@dataclass
class Faults:
    """lost: what was said or done is nowhere. twice: it happened more often than it was said. wrong: anything else."""

    found: list[tuple[Kind, str]] = field(default_factory=list)

    def add(self, kind: Kind, words: str) -> None:
        self.found.append((kind, words))

    def once(self, times: int, words: str) -> None:
        """A fault unless it happened exactly once."""
        if times != 1:
            self.add("twice" if times else "lost", f"{words}: {times} times")

    def of(self, kind: Kind) -> list[str]:
        return [words for known, words in self.found if known == kind]

    def __bool__(self) -> bool:
        return bool(self.found)
