"""What the commands of one call share: which configuration was named, and the configuration once it is needed."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from okno.errors import OknoError

if TYPE_CHECKING:
    from okno.config.values import Config

F = TypeVar("F", bound=Callable[..., Any])
_PRIVATE = 0o700


class Session:
    """One call of `okno`. `config` is None until a command has asked for it."""

    def __init__(self) -> None:
        self.file: Path | None = None
        self.config: Config | None = None

    def load(self) -> "Config":
        """Raises ConfigError with every mistake."""
        if self.config is None:
            from okno.config import load

            self.config = load(self.file, os.environ)
            listen("error", self.config)
        return self.config

    def at_home(self, *, make: bool = False) -> "Config":
        """For commands that touch data_dir; `make` it where it is missing. What root leaves there stops the service."""
        config = self.load()
        if make:
            config.data_dir.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        owner = config.data_dir.stat().st_uid if config.data_dir.exists() else 0
        if os.geteuid() == 0 and owner != 0:
            name = _name(owner)
            raise OknoError(f"{config.data_dir} belongs to {name}; run this as that user: sudo -u {name} okno …")
        return config


def listen(level: str, config: "Config | None" = None, *, json: bool = False) -> None:
    """Sends the log to stderr: standard output is for what was asked. A command tells of errors, the service of all."""
    from okno.config.logs import secrets_of, set_up

    set_up(json=json, level=level, secrets=secrets_of(config) if config else ())


def _name(uid: int) -> str:
    from pwd import getpwuid

    try:
        return getpwuid(uid).pw_name
    except KeyError:
        return f"#{uid}"


def _remember(ctx: click.Context, _option: click.Parameter, value: Path | None) -> None:
    session = ctx.ensure_object(Session)
    if value is not None:
        session.file = value


def config_option(command: F) -> F:
    """--config, before the command or behind it."""
    option = click.option(
        "--config",
        metavar="FILE",
        type=click.Path(path_type=Path),
        callback=_remember,
        expose_value=False,
        help="Use this configuration file.",
    )
    return option(command)


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for other programs.")(command)
