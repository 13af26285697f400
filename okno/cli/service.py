"""`okno run` serves; `okno demo` tries Okno without Telegram, mail or settings."""

import asyncio
import sys

import click

from okno.cli.failure import say
from okno.cli.session import Session, config_option, listen


@click.command(short_help="Serve until stopped.")
@config_option
@click.pass_obj
def run(session: Session) -> None:
    """Serve until SIGTERM or SIGINT.

    Says `ready` when the store is open and each channel has been tried, or `degraded:` and which of them are down.
    """
    config = session.at_home(make=True)
    listen("info", config, json=not sys.stderr.isatty())
    for words in config.warnings:
        say(words)
    from okno.app import serve

    asyncio.run(serve(config, _aloud))


@click.command(short_help="Try Okno on this machine, with a sandbox in the place of Telegram and mail.")
@click.option("--keep", is_flag=True, help="Keep what happened for the next time.")
@click.option("--reset", is_flag=True, help="Forget what an earlier demo kept.")
@click.option("--port", type=click.IntRange(0, 65535), help="Serve the page here; default: 8765, or any that is free.")
def demo(*, keep: bool, reset: bool, port: int | None) -> None:
    """Try Okno on this machine: clients and staff on one page, a sandbox in the place of Telegram and mail."""
    from okno.cli.demo.play import play

    asyncio.run(play(keep=keep, reset=reset, port=port, say=_aloud))


def _aloud(words: str) -> None:
    """At once, also into a pipe: whoever started us may be waiting for it."""
    click.echo(words)
    sys.stdout.flush()
