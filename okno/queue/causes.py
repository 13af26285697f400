"""Each action's cause, written in the action's own transaction: a replay finds it and changes nothing."""

from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from okno.queue.fixed import Fixed
from okno.queue.tables import cause
from okno.queue.transaction import Tx
from okno.queue.types import Json

R = TypeVar("R")
_FIRST: Final = Fixed(sqlite.insert(cause).on_conflict_do_nothing(), postgresql.insert(cause).on_conflict_do_nothing())
_KEPT: Final = Fixed(sa.select(cause.c.result).where(cause.c.key == sa.bindparam("cause")))
_KEEP: Final = Fixed(
    sa.update(cause).where(cause.c.key == sa.bindparam("cause")).values(result=sa.bindparam("kept", type_=Json))
)


def first_time(tx: Tx, key: str, now: datetime) -> bool:
    """False when this cause has had its effect already."""
    values = {"key": key, "result": None, "recorded_at": now}
    return tx.do(_FIRST, values) == 1


def once(tx: Tx, key: str, now: datetime, act: Callable[[], R], again: Callable[[dict[str, Any]], R]) -> R:
    """Acts the first time and keeps the result (a dataclass of plain values); later `again` makes it from what was
    kept. What raises keeps nothing, so a refusal can be tried again.
    """
    if not first_time(tx, key, now):
        return again(tx.value(_KEPT, {"cause": key}) or {})
    result = act()
    if is_dataclass(result) and not isinstance(result, type):
        tx.do(_KEEP, {"cause": key, "kept": asdict(result)})
    return result
