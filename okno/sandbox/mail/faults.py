"""What the SMTP side shall do wrong next: rules tried in order, each for a number of times."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Stage = Literal["connect", "mail", "rcpt", "data", "dot"]
Manner = Literal["answer", "silence", "cut"]

STAGES: tuple[Stage, ...] = ("connect", "mail", "rcpt", "data", "dot")
MANNERS: tuple[Manner, ...] = ("answer", "silence", "cut")
REFUSALS = range(400, 600)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One rule: at which stage, for which recipient, what happens, how often.

    "dot" is after the whole mail was sent. `delivered` there means that the mail is taken before the fault.
    `recipient` empty means any; `times` None means until it is cleared.
    """

    at: Stage
    does: Manner = "answer"
    code: int = 451
    text: str = "4.3.0 The sandbox was asked to fail"
    recipient: str = ""
    times: int | None = 1
    delivered: bool = False

    def __post_init__(self) -> None:
        if self.at not in STAGES:
            raise ValueError(f"a fault happens at one of {', '.join(STAGES)}, not at {self.at!r}")
        if self.does not in MANNERS:
            raise ValueError(f"a fault does one of {', '.join(MANNERS)}, not {self.does!r}")
        if self.code not in REFUSALS:
            raise ValueError(f"a refusal is a code from 400 to 599, not {self.code}")
        if self.recipient and self.at in ("connect", "mail"):
            raise ValueError(f"no recipient is known yet at {self.at}; leave it empty, or fail at rcpt, data or dot")
        if self.delivered and self.at != "dot":
            raise ValueError(f"nothing can be delivered at {self.at}, only at dot")

    def fits(self, stage: Stage, recipients: Sequence[str]) -> bool:
        wanted = self.recipient.lower()
        return self.at == stage and (not wanted or wanted in (one.lower() for one in recipients))


class Faults:
    """The rules that are left."""

    def __init__(self) -> None:
        self._rules: list[tuple[Fault, int | None]] = []

    def add(self, *faults: Fault) -> None:
        self._rules += [(fault, fault.times) for fault in faults]

    def clear(self) -> None:
        self._rules.clear()

    @property
    def left(self) -> list[tuple[Fault, int | None]]:
        return list(self._rules)

    def take(self, stage: Stage, recipients: Sequence[str] = ()) -> Fault | None:
        """The first rule that fits; it is one time shorter after that."""
        for place, (fault, times) in enumerate(self._rules):
            if not fault.fits(stage, recipients):
                continue
            if times is not None:
                self._rules[place : place + 1] = [(fault, times - 1)] if times > 1 else []
            return fault
        return None
