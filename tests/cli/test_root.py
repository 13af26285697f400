"""The command line as a whole: help that is quick, usage that is wrong, and where the configuration is named."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

import okno
from okno.cli.root import COMMANDS
from tests.cli.conftest import CONFIG, Office
from tests.cli.terminal import Terminal

HEAVY = {"aiogram", "sqlalchemy", "jinja2", "aiohttp", "alembic", "asyncio", "okno.config", "okno.queue"}


def test_help_names_every_command() -> None:
    said = Terminal()("--help")

    assert said.code == 0
    assert all(f"  {name} " in said.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_short_help_of_a_command_is_its_own(name: str) -> None:
    """Help does not import the commands, so their words stand in two places."""
    module, attribute, words = COMMANDS[name]

    command = getattr(import_module(f"okno.cli.{module}"), attribute)

    assert isinstance(command, click.Command)
    assert command.name == name
    assert command.short_help == words


@pytest.mark.parametrize("name", [*COMMANDS, "mail read", "mail import"])
def test_every_command_has_help(name: str) -> None:
    said = Terminal()(*name.split(), "--help")

    assert said.code == 0
    assert said.out.startswith(f"Usage: okno {name} ")


def test_help_imports_nothing_heavy() -> None:
    listing = "import sys; from okno.__main__ import main; main(['--help']); print(*sys.modules)"

    printed = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True).stdout

    assert not HEAVY & set(printed.splitlines()[-1].split())


def test_it_tells_its_version() -> None:
    assert Terminal()("--version").out == f"okno {okno.__version__}\n"


def test_a_misspelt_command_is_answered_with_the_nearest() -> None:
    said = Terminal()("tickts")

    assert said.code == 2
    assert "Did you mean 'tickets'?" in said.err


def test_no_command_at_all_is_wrong_usage() -> None:
    assert Terminal()().code == 2


@pytest.mark.parametrize("where", ["before", "behind"])
def test_the_configuration_is_named_before_the_command_or_behind_it(on_sqlite: Office, where: str) -> None:
    named = ["--config", str(on_sqlite.folder / "config.toml")]

    said = Terminal()(*named, "tickets", "--json") if where == "before" else Terminal()("tickets", "--json", *named)

    assert (said.code, said.out, said.err) == (0, "", "")


def test_it_finds_the_configuration_by_its_variable(on_sqlite: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKNO_CONFIG", str(on_sqlite.folder / "config.toml"))

    assert Terminal()("tickets").code == 0


def test_a_missing_configuration_is_a_line_and_exit_1(tmp_path: Path) -> None:
    said = Terminal(config=tmp_path / "none.toml")("tickets")

    assert said.code == 1
    assert said.err.startswith("okno: ")
    assert "none.toml: cannot be read" in said.err


def test_every_mistake_of_a_configuration_is_told_at_once(on_sqlite: Office) -> None:
    on_sqlite.configure(CONFIG.replace('"UTC"', '"Mars"').replace('"en"', '"fr"'))

    said = on_sqlite.okno("tickets")

    assert said.code == 1
    assert ["language" in said.err, "timezone" in said.err] == [True, True]
    assert len(said.err.splitlines()) == 2
