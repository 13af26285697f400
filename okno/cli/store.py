"""`okno migrate`, `okno backup` and `okno restore`: the store as a whole."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from okno.cli.failure import say
from okno.cli.session import Session, config_option
from okno.config.values import Config
from okno.errors import OknoError
from okno.queue.opening import opened

_FILE = click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
_SHOWN = 5


@click.command(short_help="Make the store, or bring it to this version.")
@config_option
@click.pass_obj
def migrate(session: Session) -> None:
    """Make the store, or bring it to this version of Okno. `okno run` does the same at its start.

    An embedded store is copied first, beside itself.
    """
    config = session.at_home(make=True)
    asyncio.run(_migrate(config))
    click.echo("the store is of this version")


@click.command(short_help="Copy the store and its files into one file, and verify it.")
@_FILE
@config_option
@click.pass_obj
def backup(session: Session, *, file: Path) -> None:
    """Copy the store and every file it names into FILE, a tar, and read it back to be sure. The service may run."""
    from okno.queue.backup import make

    config = session.at_home()
    if config.database_url:
        raise OknoError(_elsewhere(config, f"pg_dump --format=custom --file={file}", "back up"))
    made = make(config.data_dir, file, datetime.now(UTC))
    click.echo(f"{file}: {made.rows} rows, {made.files} files, {made.size} bytes, verified")
    if made.missing:
        raise OknoError(
            f"{file} holds all there was, but {_some(made.missing)} that the store names are not in {config.data_dir}"
        )


@click.command(short_help="Bring the store back from such a file.")
@_FILE
@click.option("--force", is_flag=True, help="Move what is in data_dir aside, into a folder there.")
@config_option
@click.pass_obj
def restore(session: Session, *, file: Path, force: bool) -> None:
    """Bring the store back from FILE. The service must be stopped.

    Letters that were on their way when FILE was made may have left since: they are held until you say `okno retry` or
    `okno discard`.
    """
    from okno.queue.restore import bring_back

    config = session.at_home(make=True)
    if config.database_url:
        raise OknoError(_elsewhere(config, f"pg_restore --clean --if-exists {file}", "restore"))
    done = bring_back(file, config.data_dir, datetime.now(UTC), force=force)
    click.echo(f"{config.data_dir} is as it was on {done.made_at:%Y-%m-%d at %H:%M} UTC: {done.rows} rows")
    if done.aside:
        click.echo(f"what was there before is in {done.aside}")
    if done.held:
        click.echo(f"{done.held} letters are held, because they may have left since. They are listed by: okno parked")
        click.echo("send one: okno retry ID; all: okno retry --held; none: okno discard --held --why WORDS")
    if done.missing:
        say(f"{_some(done.missing)} were missing already when the backup was made")


async def _migrate(config: Config) -> None:
    async with opened(config.data_dir, config.database_url.reveal()):
        pass


def _elsewhere(config: Config, tool: str, deed: str) -> str:
    """PostgreSQL's own tools do it better than we could; only the files are ours."""
    return (
        f"this store is on PostgreSQL; {deed} it with `{tool}`, then the folder {config.data_dir / 'files'};"
        " docs/operating.md tells how"
    )


def _some(missing: tuple[str, ...]) -> str:
    names = ", ".join(name[:12] for name in missing[:_SHOWN])
    return f"{len(missing)} files ({names}{', …' if len(missing) > _SHOWN else ''})"
