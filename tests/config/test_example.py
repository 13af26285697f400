"""config.example.toml is the manual, so it must name every option, at its default, with a reason."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from okno.config import load
from okno.config.kinds import read
from okno.config.shape import Leaf, leaves, root

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
LINES = EXAMPLE.read_text(encoding="utf-8").splitlines()
# An option has its # right before it; prose has a space between.
UNCOMMENTED = "\n".join(re.sub(r"^#(?=\S)", "", line) for line in LINES) + "\n"
OPTIONS = list(leaves(root()))


def standing(path: tuple[str, ...]) -> Any:
    """What the example holds there; of a list, in its one entry."""
    here: Any = tomllib.loads(UNCOMMENTED)
    for part in path:
        here = here[part][0] if isinstance(here[part], list) and path[-1] != part else here[part]
    return here


@pytest.mark.parametrize(("path", "leaf"), OPTIONS, ids=[".".join(path) for path, _ in OPTIONS])
def test_it_shows_every_option_at_its_default(path: tuple[str, ...], leaf: Leaf) -> None:
    value = read(leaf.kind, standing(path))

    assert value == leaf.default or leaf.required


def test_it_loads_when_every_option_is_uncommented(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(UNCOMMENTED, encoding="utf-8")

    config = load(path, {})

    assert (len(config.mailboxes), len(config.lines), len(config.staff)) == (1, 1, 1)


def test_as_it_stands_it_changes_nothing(tmp_path: Path) -> None:
    same, empty = tmp_path / "same.toml", tmp_path / "empty.toml"
    same.write_text("\n".join(LINES), encoding="utf-8")
    empty.touch()

    assert load(same, {}).telegram == load(empty, {}).telegram
    assert [line for line in LINES if line and not line.startswith(("#", "["))] == []


def test_it_gives_a_reason_for_every_option() -> None:
    above = [(LINES[index - 1], line) for index, line in enumerate(LINES) if re.match(r"#[a-z_]+ = ", line)]

    assert len(above) == len([path for path, _ in OPTIONS if path[:2] != ("line", "title")]) + 1
    assert [line for before, line in above if not before.startswith("# ")] == []
    assert max(len(line) for line in LINES) <= 120
