"""Brings a store to this version's schema, on the connection it is given; refuses one from the future."""

from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from okno.errors import StoreError, StoreTooNew

SCRIPTS: Final = Path(__file__).parent / "migrations"


def _settings(scripts: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return config


def current(connection: sa.Connection) -> str | None:
    """The schema's revision; None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def behind(connection: sa.Connection, scripts: Path = SCRIPTS) -> bool:
    """Whether there is something to do. Raises StoreTooNew for a revision this version does not know."""
    revision, known = current(connection), ScriptDirectory.from_config(_settings(scripts))
    if revision is not None and revision not in {script.revision for script in known.walk_revisions()}:
        raise StoreTooNew
    return revision != known.get_current_head()


def upgrade(connection: sa.Connection, scripts: Path = SCRIPTS) -> None:
    """Inside the caller's transaction. Raises StoreError when rows went missing or a reference broke."""
    before = _counts(connection)
    config = _settings(scripts)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    after = _counts(connection)
    lost = {name: (rows, after[name]) for name, rows in before.items() if name in after and after[name] != rows}
    lost.pop("alembic_version", None)
    if lost:
        raise StoreError(f"The migration changed how many rows there are ({lost}); nothing was kept of it.")
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise StoreError("The migration broke a reference between tables; nothing was kept of it.")


def _counts(connection: sa.Connection) -> dict[str, int]:
    names = [name for name in sa.inspect(connection).get_table_names() if not name.startswith("search")]
    return {
        name: connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one() for name in names
    }
