"""`okno tickets` and `okno ticket N`: a look at the store, also while the service runs."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Final, cast

import click

from okno.cli import outline, output
from okno.cli.session import Session, config_option, json_option
from okno.cli.tongue import Tongue
from okno.config.values import Config
from okno.desk.ticket import STATUSES, Status
from okno.errors import OknoError
from okno.queue import listing
from okno.queue.reading import Reading, opened_to_read

_SCREEN: Final = 50
_BATCH: Final = 300
# One who looks may have patience: a search through years of letters.
_PATIENCE: Final = 60.0


@click.command(short_help="List the tickets.")
@click.option("--status", type=click.Choice(STATUSES), help="Only those in this state.")
@click.option("--find", "words", metavar="WORDS", default="", help="Only those where a message has all these words.")
@click.option(
    "--limit", type=click.IntRange(min=0), help=f"So many at most; 0: all. Default: {_SCREEN}, with --json all."
)
@json_option
@config_option
@click.pass_obj
def tickets(session: Session, *, status: str | None, words: str, limit: int | None, as_json: bool) -> None:
    """List the tickets: what is to be done first, the most urgent of it on top; what is over last.

    Reads the store without disturbing the service.
    """
    ask = listing.Ask(status=cast("Status | None", status), words=words)
    most = limit if limit is not None else 0 if as_json else _SCREEN
    asyncio.run(_list(session.at_home(), ask, most, as_json=as_json))


@click.command(short_help="Show one ticket whole.")
@click.argument("number", metavar="N")
@json_option
@config_option
@click.pass_obj
def ticket(session: Session, *, number: str, as_json: bool) -> None:
    """Show ticket N whole: its messages, how each was delivered, its files and its history."""
    digits = number.lstrip("#№")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 15:  # noqa: PLR2004 - ids are 64 bits
        raise click.BadParameter(f"{number!r} is not the number of a ticket", param_hint="N")
    asyncio.run(_show(session.at_home(), int(digits), as_json=as_json))


async def _list(config: Config, ask: listing.Ask, most: int, *, as_json: bool) -> None:
    async with _store(config) as store:
        keys = await store.read(listing.numbers, ask, deadline=_PATIENCE)
        shown = keys[:most] if most else keys
        if as_json:
            async for one in _lines(store, shown):
                output.line(outline.listed(one))
            return
        found = [one async for one in _lines(store, shown)]
        tongue = Tongue(config)
        _print(outline.rows(found, tongue, output.room()) if found else [tongue.word("none")])
        if len(keys) > len(shown):
            click.echo(tongue.word("rest", count=len(keys) - len(shown)))


async def _lines(store: Reading, keys: list[int]) -> AsyncIterator[listing.Listed]:
    for start in range(0, len(keys), _BATCH):
        for one in await store.read(listing.lines, keys[start : start + _BATCH], deadline=_PATIENCE):
            yield one


async def _show(config: Config, number: int, *, as_json: bool) -> None:
    async with _store(config) as store:
        found = await store.read(listing.whole, number, deadline=_PATIENCE)
    if found is None:
        raise OknoError(f"there is no ticket #{number}; `okno tickets` lists those there are")
    if as_json:
        output.line(outline.whole(found))
    else:
        _print(outline.pages(found, Tongue(config)))


def _store(config: Config) -> AbstractAsyncContextManager[Reading]:
    return opened_to_read(config.data_dir, config.database_url.reveal())


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
