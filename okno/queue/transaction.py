"""What an action is given: one open transaction and the bells it will ring. No network can be reached from here."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Literal

import sqlalchemy as sa

from okno.queue.fixed import Fixed

Bell = Literal["journal", "letters", "views", "clocks", "files"]
# Serialization failure, deadlock, a key written between our look and our insert: the action runs on stale sight.
COLLIDED: Final = frozenset({"40001", "40P01", "23505"})
_BAD_VALUE: Final = ("22", "23")
Values = Mapping[str, Any]


def code(error: sa.exc.DBAPIError) -> str:
    """PostgreSQL's five letters for what went wrong; empty on SQLite."""
    return str(getattr(error.orig, "sqlstate", "") or getattr(error.orig, "pgcode", "") or "")


def own_fault(error: Exception) -> bool:
    """Whether it is the fault of the one thing being worked on, so that the others in its transaction may go on.

    Anything else that the database says (a collision, a lost connection, a full disk) ends the transaction.
    """
    if not isinstance(error, sa.exc.DBAPIError):
        return True
    if code(error):
        return code(error).startswith(_BAD_VALUE) and code(error) not in COLLIDED
    # What cannot be written at all is refused before it is sent.
    unwritable = isinstance(getattr(error.orig, "__cause__", None), ValueError)
    return unwritable or isinstance(error, sa.exc.IntegrityError)


class Tx:
    """One transaction. `postgres` says which database it is, for the few statements that differ."""

    __slots__ = ("_driver", "connection", "postgres", "rung")

    def __init__(self, connection: sa.Connection) -> None:
        if not connection.in_transaction():
            # SQLAlchemy would begin one at its own first statement, and fixed ones pass it by.
            connection.begin()
        self.connection = connection
        driver = connection.connection.driver_connection
        self._driver = driver if isinstance(driver, sqlite3.Connection) else None
        self.postgres = self._driver is None
        self.rung: set[Bell] = set()

    def do(self, statement: Fixed, values: Values | Sequence[Values] | None = None) -> int:
        """How many rows were changed; several values run it as often, and then the number says nothing."""
        if self._driver is not None:
            return statement.run(self._driver, values)
        if values is not None and not values:
            return 0
        return self.connection.execute(statement.postgres, values).rowcount

    def each(self, statement: Fixed, values: Sequence[Values]) -> list[Any]:
        """Inserts each of the values: the first column of every row that came back."""
        if self._driver is None and values:
            return list(self.connection.execute(statement.postgres, values).scalars())
        return [row[0] for one in values for row in self._fixed(statement, one)]

    def run(
        self, statement: sa.Executable, values: Values | Sequence[Values] | None = None
    ) -> sa.CursorResult[Any]:  # fmt: skip
        return self.connection.execute(statement, values)

    def one(self, statement: sa.Executable | Fixed, values: Values | None = None) -> sa.Row[Any] | None:
        """The first row, or None."""
        if isinstance(statement, Fixed):
            found = self._fixed(statement, values)
            return found[0] if found else None
        return self.connection.execute(statement, values).first()

    def rows(self, statement: sa.Executable | Fixed, values: Values | None = None) -> Sequence[sa.Row[Any]]:
        if isinstance(statement, Fixed):
            return self._fixed(statement, values)
        return self.connection.execute(statement, values).all()

    def value(self, statement: sa.Executable | Fixed, values: Values | None = None) -> Any:
        """The first column of the first row, or None."""
        found = self.one(statement, values)
        return None if found is None else found[0]

    def _fixed(self, statement: Fixed, values: Values | None) -> Sequence[sa.Row[Any]]:
        if self._driver is not None:
            return statement.rows(self._driver, values)
        return self.connection.execute(statement.postgres, values).all()

    @property
    def lost(self) -> bool:
        """Whether the database has undone everything by itself: nothing may be done in its place."""
        return self._driver is not None and not self._driver.in_transaction

    def raw(self, sql: str) -> sa.CursorResult[Any]:
        return self.connection.exec_driver_sql(sql)

    def ring(self, bell: Bell) -> None:
        """Rung after the commit, so that whoever waits finds the row."""
        self.rung.add(bell)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A savepoint: what fails inside is undone alone, and the error goes on to the caller."""
        if self._driver is None:
            with self.connection.begin_nested():
                yield
            return
        self._driver.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            # SQLite ends the whole transaction by itself where it cannot go on, for want of room or memory.
            if not self.lost:
                self._driver.execute("ROLLBACK TO attempt")
                self._driver.execute("RELEASE attempt")
            raise
        self._driver.execute("RELEASE attempt")
