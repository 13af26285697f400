"""The one door to the database: `write` an action, `read` a query. SQLite and PostgreSQL stand behind it."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from okno.queue.bells import Bells
from okno.queue.files import Files
from okno.queue.transaction import Tx

C = TypeVar("C")
R = TypeVar("R")


class Store(Protocol):
    """An action is a plain function `(tx, command, now) -> result`: it may run again and touches nothing else."""

    bells: Bells
    files: Files
    worker: str

    async def write(self, action: Callable[[Tx, C, datetime], R], command: C, now: datetime) -> R:
        """Runs the action in a transaction of its own and returns when it is durable. Its errors come out as raised.

        A caller cancelled meanwhile does not know whether it was committed: the cause tells.
        """
        ...

    async def read(self, query: Callable[[Tx, C], R], command: C, *, deadline: float = 10.0) -> R:
        """Raises StoreBusy when the answer takes longer than `deadline` seconds."""
        ...

    async def close(self) -> None: ...
