"""The command `okno` itself: which commands there are and where each lives. A command is imported when it is called.

The short helps stand here a second time, so that `okno --help` imports no command; a test holds them equal.
"""

from importlib import import_module
from typing import Final

import click

import okno
from okno.cli.session import Session, config_option

# name: (module, what it is called there, short help)
COMMANDS: Final[dict[str, tuple[str, str, str]]] = {
    "run": ("service", "run", "Serve until stopped."),
    "demo": ("service", "demo", "Try Okno on this machine, with a sandbox in the place of Telegram and mail."),
    "init": ("init", "init", "Ask a few questions and write config.toml."),
    "check": ("check.command", "check", "Try every setting for real and say what to mend."),
    "tickets": ("tickets", "tickets", "List the tickets."),
    "ticket": ("tickets", "ticket", "Show one ticket whole."),
    "mail": ("mail", "mail", "See how mails are understood, or take them in from files."),
    "parked": ("parked", "parked", "List what could not be taken in or sent."),
    "retry": ("parked", "retry", "Try something parked once more."),
    "discard": ("parked", "discard", "Give up on something parked, with the reason."),
    "migrate": ("store", "migrate", "Make the store, or bring it to this version."),
    "backup": ("store", "backup", "Copy the store and its files into one file, and verify it."),
    "restore": ("store", "restore", "Bring the store back from such a file."),
}


class Lazy(click.Group):
    """Knows its commands by name, and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"okno.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, known[2]) for name, known in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A misspelt command is answered with the nearest one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise click.UsageError(f"{error.message}{_near(args[0])}", ctx) from error


def _near(wrong: str) -> str:
    from difflib import get_close_matches

    found = get_close_matches(wrong, COMMANDS, n=1)
    return f" Did you mean {found[0]!r}?" if found else ""


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(okno.__version__, prog_name="okno", message="%(prog)s %(version)s")
@config_option
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Okno: one window for every client request.

    Settings come from ./config.toml, the file that --config or the variable OKNO_CONFIG names, and OKNO_… variables.
    """
    ctx.ensure_object(Session)
