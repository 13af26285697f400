"""The command `okno check` itself: asks each kind of check, and tells all that was found at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from functools import partial

import click

from okno.cli import output
from okno.cli.check.finding import Finding, wrong
from okno.cli.check.house import mistakes
from okno.cli.session import Session, config_option, json_option
from okno.config.values import Config
from okno.errors import ConfigError, OknoError

Check = Callable[[Config], Awaitable[list[Finding]]]


@click.command(short_help="Try every setting for real and say what to mend.")
@click.option(
    "--wait", type=click.FloatRange(min=1), default=60, metavar="SECONDS",
    help="How long a mail to a plus-address may take; default: 60.",
)  # fmt: skip
@json_option
@config_option
@click.pass_obj
def check(session: Session, *, wait: float, as_json: bool) -> None:
    """Try every setting for real: folders, database, texts, Telegram with rights and people, mailboxes.

    The service may run meanwhile. With --json a list of {what, ok, problem, advice}; a problem that is ok is a note.
    """
    try:
        config = session.at_home()
    except ConfigError as error:
        found = mistakes(error.mistakes)
    else:
        found = asyncio.run(_all(config, wait))
    if as_json:
        click.echo(_listed(found).encode())
    else:
        _show(found)
    bad = sum(not one.ok for one in found)
    if bad:
        raise OknoError(f"{bad} of these must be mended; then run `okno check` again")


async def _all(config: Config, wait: float) -> list[Finding]:
    from okno.cli.check.database import database
    from okno.cli.check.house import house
    from okno.cli.check.mail import mail

    checks: list[tuple[str, Check]] = [("house", house), ("database", database), ("mail", partial(mail, wait=wait))]
    if config.telegram.token:
        from okno.cli.check.telegram import telegram

        checks.insert(2, ("telegram", telegram))
    found = await asyncio.gather(*(_tried(name, one, config) for name, one in checks))
    return [finding for findings in found for finding in findings]


async def _tried(name: str, one: Check, config: Config) -> list[Finding]:
    """A check that fails itself must not hide what the others found."""
    try:
        return await one(config)
    except Exception as error:  # noqa: BLE001 - told like any other problem
        problem = f"it could not be tried ({type(error).__name__}: {error})"
        return [wrong(name, problem, "report this as a mistake in Okno")]


def _listed(found: Sequence[Finding]) -> str:
    return "[" + ",\n ".join(output.text(asdict(one)) for one in found) + "]"


def _show(found: Sequence[Finding]) -> None:
    for one in found:
        mark = "✗" if not one.ok else "!" if one.problem else "✓"
        words = "" if one.problem is None else f": {output.plain(one.problem)}; {output.plain(one.advice or '')}"
        click.echo(f"{mark} {output.plain(one.what)}{words}")
