"""Statements that never change, only their values do: compiled at first use and run on SQLite's own cursor.

SQLAlchemy needs 60 to 300 µs to build a statement, find it in its cache and wrap its result; SQLite answers in 10, and
taking one message in asks 25 to 40 times (`make bench`). PostgreSQL, a network away, gets them the usual way.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import result_tuple
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, Any]
Core = sa.Select[Any] | sa.Insert | sa.Update | sa.Delete | sa.TextClause
_Change = Callable[[Any], Any] | None
_DIALECT: Final = sqlite.dialect()
_NOTHING: Final[Values] = {}


class Fixed:
    """Made once, at a module's top. An insert names all its columns in its values: no default is filled in.

    Lists in an IN are not for it: how many there are changes the statement. `postgres` is the statement in that
    database's words, where they differ.
    """

    __slots__ = ("_ready", "_sqlite", "postgres")

    def __init__(self, statement: Core, postgres: Core | None = None) -> None:
        self._sqlite = statement
        self.postgres = statement if postgres is None else postgres
        self._ready: _Ready | None = None

    def rows(self, driver: sqlite3.Connection, values: Values | None) -> list[Any]:
        values = values or _NOTHING
        ready = self._ready or self._compiled(values)
        try:
            found = driver.execute(ready.sql, ready.given(values)).fetchall()
        except sqlite3.Error as error:
            raise _told(ready.sql, error) from error
        return ready.read(found)

    def run(self, driver: sqlite3.Connection, values: Values | Sequence[Values] | None) -> int:
        """How many rows it changed; for several values it runs as often."""
        many = [values or _NOTHING] if values is None or isinstance(values, Mapping) else values
        if not many:
            return 0
        ready = self._ready or self._compiled(many[0])
        try:
            return driver.executemany(ready.sql, [ready.given(one) for one in many]).rowcount
        except sqlite3.Error as error:
            raise _told(ready.sql, error) from error

    def _compiled(self, values: Values) -> "_Ready":
        # Two threads may both compile it: they come to the same.
        self._ready = _Ready(self._sqlite, list(values))
        return self._ready


class _Ready:
    """The SQL, what to do with each value on its way in, and with each column on its way out."""

    __slots__ = ("_changes", "_columns", "_constants", "_names", "_row", "_wanted", "sql")

    def __init__(self, statement: Core, names: list[str]) -> None:
        compiled = statement.compile(dialect=_DIALECT, column_keys=names)
        assert isinstance(compiled, SQLCompiler)
        if compiled.insert_prefetch or compiled.update_prefetch or compiled.post_compile_params:
            raise TypeError(f"not a fixed statement, it has defaults or lists: {compiled}")
        self.sql = str(compiled)
        self._names = compiled.positiontup or []
        self._changes = [_inward(compiled.binds[name].type) for name in self._names]
        self._constants = {name: compiled.params[name] for name, bind in compiled.binds.items() if not bind.required}
        self._wanted = len(compiled.binds) - len(self._constants)
        columns = [] if isinstance(statement, sa.TextClause) else list(statement.exported_columns)
        self._columns = [_outward(column.type) for column in columns]
        self._row = result_tuple([column.key for column in columns]) if columns else None

    def given(self, values: Values) -> list[Any]:
        if len(values) != self._wanted:
            raise TypeError(f"these values are not what the statement asks for: {sorted(values)}: {self.sql}")
        whole = {**self._constants, **values} if self._constants else values
        return [
            whole[name] if change is None else change(whole[name])
            for name, change in zip(self._names, self._changes, strict=True)
        ]

    def read(self, found: list[Any]) -> list[Any]:
        if self._row is None:
            return found
        return [
            self._row([
                value if change is None else change(value)
                for value, change in zip(row, self._columns, strict=True)
            ])
            for row in found
        ]  # fmt: skip


def _inward(kind: sa.types.TypeEngine[Any]) -> _Change:
    return kind.dialect_impl(_DIALECT).bind_processor(_DIALECT)


def _outward(kind: sa.types.TypeEngine[Any]) -> _Change:
    return kind.dialect_impl(_DIALECT).result_processor(_DIALECT, None)


def _told(sql: str, error: sqlite3.Error) -> BaseException:
    """As SQLAlchemy would say it, so that nobody need know which way a statement went."""
    told = sa.exc.DBAPIError.instance(sql, (), error, sqlite3.Error, hide_parameters=True, dialect=_DIALECT)
    assert isinstance(told, BaseException)
    return told
