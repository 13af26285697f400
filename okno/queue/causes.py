"""Each action's cause, written in the action's own transaction: a replay finds it and changes nothing."""

from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from okno.queue.tables import cause
from okno.queue.transaction import Tx

R = TypeVar("R")
_SQLITE: Final = sqlite.insert(cause).on_conflict_do_nothing()
_POSTGRES: Final = postgresql.insert(cause).on_conflict_do_nothing()


def first_time(tx: Tx, key: str, now: datetime) -> bool:
    """False when this cause has had its effect already."""
    values = {"key": key, "result": None, "recorded_at": now}
    return tx.run(_POSTGRES if tx.postgres else _SQLITE, values).rowcount == 1


def once(tx: Tx, key: str, now: datetime, act: Callable[[], R], again: Callable[[dict[str, Any]], R]) -> R:
    """Acts the first time and keeps the result (a dataclass of plain values); later `again` makes it from what was
    kept. What raises keeps nothing, so a refusal can be tried again.
    """
    if not first_time(tx, key, now):
        kept = tx.value(sa.select(cause.c.result).where(cause.c.key == key))
        return again(kept or {})
    result = act()
    if is_dataclass(result) and not isinstance(result, type):
        tx.run(sa.update(cause).where(cause.c.key == key).values(result=asdict(result)))
    return result
