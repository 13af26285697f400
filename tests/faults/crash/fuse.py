"""A fuse in one life of the service, lit from outside at any moment: it ends the process at a named step."""

import mmap
import os
import struct
from pathlib import Path
from signal import SIGKILL, Signals
from typing import Final

STEPS: Final = ("fetch", "journal", "confirm", "act", "claim", "attempt", "send", "mark")
# How often the step is still to be reached, the signal, the step's place in STEPS counted from 1; 0: not lit.
_STATE: Final = struct.Struct("<HHH")
_LIT: Final = struct.Struct("<H")


class Fuse:
    """Its state is a small file, mapped by the test and by the life."""

    def __init__(self, place: Path) -> None:
        self.place = place
        if not place.exists():
            place.write_bytes(bytes(_STATE.size))
        with place.open("r+b") as file:
            self._state = mmap.mmap(file.fileno(), _STATE.size)

    def light(self, step: str, nth: int = 1, number: Signals = SIGKILL) -> None:
        """At the nth reaching of the step from now on the process gets the signal, before it does anything more."""
        _STATE.pack_into(self._state, 0, 0, number, nth)
        _LIT.pack_into(self._state, 0, STEPS.index(step) + 1)

    def douse(self) -> None:
        _LIT.pack_into(self._state, 0, 0)

    def reached(self, step: str) -> None:
        """What the service tells its steps to."""
        lit, number, left = _STATE.unpack_from(self._state)
        if lit == 0 or STEPS[lit - 1] != step:
            return
        _STATE.pack_into(self._state, 0, lit if left > 1 else 0, number, left - 1)
        if left == 1:
            os.kill(os.getpid(), number)
