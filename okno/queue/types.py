"""Column types and row identity shared by every table: instants, ids, JSON."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def to_ms(instant: datetime) -> int:
    if instant.tzinfo is None:
        msg = "a datetime without a zone does not exist here"
        raise ValueError(msg)
    return (instant - _EPOCH) // _MILLISECOND


def from_ms(value: int) -> datetime:
    return _EPOCH + value * _MILLISECOND


class Instant(sa.TypeDecorator[datetime]):
    """An aware datetime kept as milliseconds since 1970 UTC: SQLite would hand back DateTime without its zone."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        del dialect
        return None if value is None else to_ms(value)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        del dialect
        return None if value is None else from_ms(value)


class Json(sa.TypeDecorator[Any]):
    """JSON as text on both databases: NaN refused, Cyrillic readable, and NUL never gets this far."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        del dialect
        return None if value is None else _ENCODE(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        del dialect
        return None if value is None else json.loads(value)


# SQLite numbers rows by itself only for INTEGER PRIMARY KEY; Telegram's ids need 64 bits on PostgreSQL.
Big: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
