"""Alembic's door: it is always handed an open connection by `okno.queue.migrate`, never a URL."""

from typing import Any

from alembic import context

from okno.queue.tables import META


def _ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    return not (kind == "table" and str(name).startswith("search"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=META,
    render_as_batch=False,
    include_object=_ours,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
