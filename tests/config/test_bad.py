"""Each file in bad/ is one way to get config.toml wrong; the .txt beside it is what the person who did so must read."""

import shutil
from pathlib import Path

import pytest

from okno.config import load
from okno.errors import ConfigError

BAD = Path(__file__).parent / "bad"
NAMES = sorted(path.stem for path in BAD.glob("*.toml"))


@pytest.fixture
def bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy, because a checkout decides by itself who may read the files."""
    folder = shutil.copytree(BAD, tmp_path / "bad")
    (folder / "open.secret").chmod(0o644)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_is_wrong_and_what_to_do(bad: Path, name: str) -> None:
    expected = (bad / f"{name}.txt").read_text(encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load(Path(f"{name}.toml"), {})

    assert f"{caught.value}\n" == expected


@pytest.mark.parametrize("name", NAMES)
def test_no_mistake_shows_a_secret(bad: Path, name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(Path(f"{name}.toml"), {})

    assert "swordfish" not in str(caught.value)
    assert "AAEhBOweik6ad9r" not in str(caught.value)


def test_every_expected_error_has_its_file() -> None:
    assert sorted(path.stem for path in BAD.glob("*.txt")) == NAMES
    assert len(NAMES) >= 25
