"""Every error Okno raises on purpose, as one tree.

    OknoError
    ├── ConfigError            config.toml cannot be used: lists every mistake
    ├── StoreError             the store cannot be opened or used
    │   ├── StoreLocked        another process writes this store
    │   ├── StoreTooNew        the store was written by a newer Okno
    │   ├── StoreBusy          a reader took longer than its deadline
    │   └── FenceLost          this worker no longer holds the lease it writes under
    ├── DeskError              a rule said no; nothing was changed; the words are for the person who asked
    │   ├── NotFound           no such thing, or not theirs to see
    │   ├── NotAllowed         theirs to see, not theirs to do
    │   └── BadMove            the ticket's state does not allow it
    ├── Unreadable             what arrived cannot be understood: park it, keep the raw bytes
    └── DeliveryError          a message did not leave, or nobody knows
        ├── Refused            never will: tell a person
        ├── Postponed          not now: try again, the attempt counts
        ├── ChannelDown        not now and not this message's fault: no attempt is counted
        └── Unknown            it may have arrived: one more try, same identity, shown as such

A docstring is the default message: what happened and what to do.
"""


class OknoError(Exception):
    """Something went wrong in Okno; the log has the details."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class ConfigError(OknoError):
    """config.toml cannot be used as it is; mend what is listed."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


class StoreError(OknoError):
    """The store cannot be used; `okno check` says why."""


class StoreLocked(StoreError):
    """Another Okno process already writes this store; stop it first, or use another data_dir."""


class StoreTooNew(StoreError):
    """A newer Okno wrote this store; install that version or restore an older backup."""


class StoreBusy(StoreError):
    """The store did not answer in time; try again in a moment."""


class FenceLost(StoreError):
    """Another worker has taken over this work; this one must stop doing it."""


class DeskError(OknoError):
    """The desk's rules do not allow this; nothing was changed.

    `reason` is a key of the texts (`refusals` in labels.toml), so that each reader gets it in their language.
    """

    def __init__(self, reason: str, **facts: str | int) -> None:
        super().__init__(f"{reason} {facts}" if facts else reason)
        self.reason = reason
        self.facts = facts


class NotFound(DeskError):
    """There is no such thing, or it is not yours to see."""


class NotAllowed(DeskError):
    """Not yours to do."""


class BadMove(DeskError):
    """The ticket's state does not allow this."""


class Unreadable(OknoError):
    """What arrived could not be understood; it is kept raw and parked, see `okno parked`."""


class DeliveryError(OknoError):
    """A message did not leave."""


class Refused(DeliveryError):
    """The other side will never take this message.

    `unreachable` says the recipient is gone (blocked the bot, no such mailbox), not only this message bad.
    """

    def __init__(self, message: str = "", *, unreachable: bool = False) -> None:
        super().__init__(message)
        self.unreachable = unreachable


class Postponed(DeliveryError):
    """The other side did not take this message now; it is tried again."""


class ChannelDown(DeliveryError):
    """The channel is out of reach or asks us to wait; nothing is counted against the message.

    `retry_after` is in seconds; None leaves the pause to the lane.
    """

    def __init__(self, message: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unknown(DeliveryError):
    """The line broke after the message was handed over: it may have arrived."""
