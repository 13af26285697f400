"""The five numbers of one channel and direction (jepsen/checker.clj, total-queue)."""

from dataclasses import dataclass


@dataclass(kw_only=True)
class Five:
    """`recovered` counts what a crash left in doubt and what came out nevertheless; `in_doubt` bounds what may double.

    `turned_note`: answers that staff gave to a message nobody remembers sending; kept as notes, and marked as such.
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
