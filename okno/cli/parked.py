"""`okno parked`, `okno retry` and `okno discard`: what stands still, and the two ways out of it."""

import asyncio
from collections.abc import Sequence
from typing import Any

import click

from okno.cli import output
from okno.cli.hands import hands
from okno.cli.session import Session, config_option, json_option
from okno.cli.tongue import Tongue
from okno.config.values import Config
from okno.errors import OknoError
from okno.queue.actions import parked as actions
from okno.queue.actions.parked import Name, Parked
from okno.queue.reading import opened_to_read

_IDS = click.argument("ids", metavar="ID…", nargs=-1)
_HELD = click.option("--held", is_flag=True, help="All letters that a restore holds back.")


@click.command(short_help="List what could not be taken in or sent.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=1000, show_default=True, help="So many of each kind at most."
)
@json_option
@config_option
@click.pass_obj
def parked(session: Session, *, limit: int, as_json: bool) -> None:
    """List what stands still until somebody decides: arrivals that could not be understood (ids like j12), letters
    that were refused, and letters that a restore holds back (ids like l7).
    """
    asyncio.run(_list(session.at_home(), limit, as_json=as_json))


@click.command(short_help="Try something parked once more.")
@_IDS
@_HELD
@config_option
@click.pass_obj
def retry(session: Session, *, ids: tuple[str, ...], held: bool) -> None:
    """Try once more what `okno parked` lists under ID."""
    _one_of(ids, held=held)
    asyncio.run(_each(session.at_home(make=True), ids, None, held=held))


@click.command(short_help="Give up on something parked, with the reason.")
@_IDS
@_HELD
@click.option("--why", metavar="WORDS", required=True, help="The reason, kept with it.")
@config_option
@click.pass_obj
def discard(session: Session, *, ids: tuple[str, ...], held: bool, why: str) -> None:
    """Never try again what `okno parked` lists under ID. It is kept with the reason."""
    _one_of(ids, held=held)
    if not why.strip():
        raise click.BadParameter("say why, in a word at least", param_hint="--why")
    asyncio.run(_each(session.at_home(make=True), ids, why.strip(), held=held))


def _one_of(ids: Sequence[str], *, held: bool) -> None:
    if bool(ids) == held:
        raise click.UsageError("Name what to act on by its ID, or all held letters with --held.")
    for text in ids:
        if Name.of(text) is None:
            raise click.BadParameter(f"{text!r} is not an id; they look like j12 or l7", param_hint="ID")


async def _list(config: Config, limit: int, *, as_json: bool) -> None:
    async with opened_to_read(config.data_dir, config.database_url.reveal()) as store:
        found = await store.read(actions.listed, limit)
    if as_json:
        for one in found:
            output.line(_told(one))
        return
    tongue = Tongue(config)
    rows = [[tongue.word(name) for name in ("id", "kind", "at", "channel", "number", "reason")]]
    rows += [
        [
            str(one.name), tongue.word(one.state), tongue.moment(one.at), output.plain(f"{one.account} {one.other}"),
            f"#{one.ticket}" if one.ticket else "–", output.plain(one.reason) or "–",
        ]
        for one in found
    ]  # fmt: skip
    lines = output.table(rows, wide=len(rows[0]) - 1, most=output.room())
    click.echo("\n".join(lines) if found else tongue.word("nothing_parked"))


def _told(one: Parked) -> dict[str, Any]:
    return {
        "id": str(one.name), "kind": one.name.kind, "state": one.state, "what": one.what, "account": one.account,
        "other": one.other or None, "ticket": one.ticket, "at": output.instant(one.at), "tries": one.tries,
        "reason": one.reason or None,
    }  # fmt: skip


async def _each(config: Config, ids: Sequence[str], why: str | None, *, held: bool) -> None:
    """Each by itself: one that is gone does not stop the others."""
    names = await _held(config) if held else [name for text in ids if (name := Name.of(text))]
    missing = []
    async with hands(config) as hand:
        for name in names:
            done = await (hand.retry(name) if why is None else hand.discard(name, why))
            if done:
                click.echo(f"{name}: {'is tried again' if why is None else 'is given up'}")
            else:
                missing.append(str(name))
    if missing:
        raise OknoError(f"nothing parked has the id {', '.join(missing)}; `okno parked` lists what there is")


async def _held(config: Config) -> list[Name]:
    async with opened_to_read(config.data_dir, config.database_url.reveal()) as store:
        return await store.read(actions.held, None)
