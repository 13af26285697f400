"""The common form of our tables: ids, references, texts, instants, partial indexes on both databases."""

from typing import Any, Final

import sqlalchemy as sa

from okno.queue.types import Big, Instant

META: Final = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def table(name: str, *items: sa.schema.SchemaItem) -> sa.Table:
    """Ids are never reused: an old button or link must not point to somebody else's ticket."""
    return sa.Table(name, META, sa.Column("id", Big, primary_key=True), *items, sqlite_autoincrement=True)


def to(target: str, name: str = "", *, nullable: bool = False, index: bool = False) -> sa.Column[Any]:
    return sa.Column(name or target, Big, sa.ForeignKey(f"{target}.id"), nullable=nullable, index=index)


def text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, default=default)


def at(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Instant, nullable=nullable)


def number(name: str, default: int = 0) -> sa.Column[int]:
    return sa.Column(name, Big, nullable=False, default=default)


def partial(
    name: str, *columns: sa.Column[Any] | sa.UnaryExpression[Any], where: sa.ColumnElement[bool], unique: bool = False
) -> sa.Index:
    return sa.Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)
