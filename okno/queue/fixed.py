"""Statements that never change, only their values do: compiled at first use and run on SQLite's own cursor.

SQLAlchemy needs 60 to 300 µs to build a statement, find it in its cache and wrap its result; SQLite answers in 10, and
taking one message in asks 25 to 40 times (`make bench`). PostgreSQL, a network away, gets them the usual way.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, zip_longest
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import result_tuple
from sqlalchemy.sql.compiler import SQLCompiler

from okno.queue.types import Json

Values = Mapping[str, Any]
Core = sa.Select[Any] | sa.Insert | sa.Update | sa.Delete | sa.TextClause
_Change = Callable[[Any], Any] | None
_DIALECT: Final = sqlite.dialect()
_NOTHING: Final[Values] = {}
_LIST: Final = re.compile(r"__\[POSTCOMPILE_(\w+)\]")


class Fixed:
    """Made once, at a module's top. An insert names all its columns in its values: no default is filled in.

    A list in an IN is `listed`: otherwise how many there are would change the statement. `postgres` is the statement
    in that database's words, where they differ.
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


def listed(name: str, kind: type[sa.types.TypeEngine[Any]], *, postgres: bool) -> sa.Select[Any]:
    """For `column.in_(…)`: a list of any length as one value, given as a plain list."""
    value = sa.bindparam(name, type_=Json)
    if postgres:
        return sa.select(sa.cast(sa.func.json_array_elements_text(sa.cast(value, sa.JSON)), kind))
    return sa.select(sa.func.json_each(value).table_valued("value").c.value)


class _Ready:
    """The SQL, what to do with each value on its way in, and with each column on its way out."""

    __slots__ = ("_inward", "_names", "_outward", "_row", "_wanted", "sql")

    def __init__(self, statement: Core, names: list[str]) -> None:
        compiled = statement.compile(dialect=_DIALECT, column_keys=names)
        assert isinstance(compiled, SQLCompiler)
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise TypeError(f"not a fixed statement, it leaves defaults to be filled in: {compiled}")
        asked = {name for name, bind in compiled.binds.items() if bind.required}
        self.sql = _written_out(compiled, asked)
        self._names = [name for name in compiled.positiontup or () if name in asked]
        self._wanted = len(asked)
        self._inward = _changes(_inward(compiled.binds[name].type) for name in self._names)
        columns = [] if isinstance(statement, sa.TextClause) else list(statement.exported_columns)
        self._outward = _changes(_outward(column.type) for column in columns)
        self._row = result_tuple([str(column.key) for column in columns]) if columns else None

    def given(self, values: Values) -> list[Any]:
        if len(values) != self._wanted:
            raise TypeError(f"these values are not what the statement asks for: {sorted(values)}: {self.sql}")
        return _changed([values[name] for name in self._names], self._inward)

    def read(self, found: list[Any]) -> list[Any]:
        if self._row is None:
            return found
        return [self._row(_changed(list(row), self._outward)) for row in found]


def _changes(kinds: Iterable[_Change]) -> list[tuple[int, Callable[[Any], Any]]]:
    """Only the places where something is to be done: most values go as they are."""
    return [(place, change) for place, change in enumerate(kinds) if change is not None]


def _changed(row: list[Any], changes: list[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    for place, change in changes:
        row[place] = change(row[place])
    return row


def _written_out(compiled: SQLCompiler, asked: set[str]) -> str:
    """The SQL with its constants in it: SQLite compiles a statement anew at each run where a bound value may decide
    about a partial index.
    """
    sql = _LIST.sub(lambda found: ", ".join(_literals(compiled.binds[found[1]])), str(compiled))
    single = [name for name in compiled.positiontup or () if compiled.binds[name] not in compiled.post_compile_params]
    pieces = sql.split("?")
    assert len(pieces) == len(single) + 1, sql
    words = ["?" if name in asked else _literals(compiled.binds[name])[0] for name in single]
    return "".join(chain.from_iterable(zip_longest(pieces, words, fillvalue="")))


def _literals(bind: sa.BindParameter[Any]) -> list[str]:
    if bind.required:
        raise TypeError(f"not a fixed statement, it asks for a list: {bind.key}")
    write = bind.type.dialect_impl(_DIALECT).literal_processor(_DIALECT)
    if write is None:
        raise TypeError(f"a constant of the kind {bind.type} cannot be written into a statement: {bind.key}")
    values = bind.effective_value if bind.expanding else [bind.effective_value]
    return ["NULL" if value is None else str(write(value)) for value in values or ()]


def _inward(kind: sa.types.TypeEngine[Any]) -> _Change:
    return kind.dialect_impl(_DIALECT).bind_processor(_DIALECT)


def _outward(kind: sa.types.TypeEngine[Any]) -> _Change:
    return kind.dialect_impl(_DIALECT).result_processor(_DIALECT, None)


def _told(sql: str, error: sqlite3.Error) -> BaseException:
    """As SQLAlchemy would say it, so that nobody need know which way a statement went."""
    told = sa.exc.DBAPIError.instance(sql, (), error, sqlite3.Error, hide_parameters=True, dialect=_DIALECT)
    assert isinstance(told, BaseException)
    return told
