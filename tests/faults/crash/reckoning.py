"""What became of everything, in Jepsen's five numbers for each channel and direction, and every fault by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tests.faults.crash import arrivals, deeds, deliveries
from tests.faults.crash.evidence import Evidence
from tests.faults.crash.tally import Faults, Five

_SHOWN: Final = 30


@dataclass(frozen=True, kw_only=True)
class Reckoning:
    """`faults` is empty when every promise was kept."""

    seed: int
    kills: int
    lines: Sequence[Five]
    faults: Faults

    def __str__(self) -> str:
        head = (
            f"{'':34}{'attempted':>10}{'acknowledged':>13}{'lost':>6}{'duplicated':>11}{'recovered':>10}{'in doubt':>9}"
        )
        faults = [f"{kind.upper()} {words}" for kind, words in self.faults.found[:_SHOWN]]
        return "\n".join([f"seed {self.seed}, {self.kills} kills", head, *map(str, self.lines), *faults, ""])


def reckoned(evidence: Evidence, seed: int) -> Reckoning:
    faults = Faults()
    lines = [
        *arrivals.reckoned(evidence, faults),
        *deliveries.reckoned(evidence, faults),
        *deeds.reckoned(evidence, faults),
    ]
    return Reckoning(seed=seed, kills=len(evidence.kills), lines=lines, faults=faults)
