"""Folders and files that do not admit us. Root passes every lock, so under root these run as nobody."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from okno.config import load
from okno.errors import ConfigError

NOBODY = 65534


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that may be entered, with one inside that may only be looked at, and one that may not be entered."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        monkeypatch.chdir(folder)
        (folder / "glass").mkdir(mode=0o555)
        (folder / "shut").mkdir(mode=0o700)
        (folder / "shut" / "config.toml").touch()
        (folder / "shut").chmod(0o000)
        root = os.geteuid() == 0
        if root:
            os.seteuid(NOBODY)
        yield folder
        if root:
            os.seteuid(0)
        (folder / "glass").chmod(0o700)
        (folder / "shut").chmod(0o700)


@pytest.mark.parametrize(
    ("variable", "path", "words"),
    [
        ("OKNO_DATA_DIR", "glass/a/b", '"glass/a/b" cannot be made, "glass" admits no writing; make it by hand'),
        ("OKNO_DATA_DIR", "shut/a", '"shut/a" cannot be a folder (Permission denied); write another path'),
        ("OKNO_DATA_DIR", "a" * 300, "cannot be a folder (File name too long); write another path"),
        ("OKNO_TEMPLATES__DIR", "shut/a", '"shut/a" is not a folder we can see; make it, or correct the path'),
        ("OKNO_TELEGRAM__TOKEN_FILE", "shut/a", '"shut/a" cannot be read (Permission denied)'),
    ],
)
def test_a_path_that_is_locked_is_told(house: Path, variable: str, path: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(None, {"OKNO_DATA_DIR": "glass", variable: path})

    (mistake,) = caught.value.mistakes
    assert words in mistake


def test_a_folder_that_is_there_need_not_be_written_by_those_who_only_look(house: Path) -> None:
    assert load(None, {"OKNO_DATA_DIR": "glass"}).data_dir == house / "glass"


def test_a_file_that_cannot_be_read_is_told_by_name(house: Path) -> None:
    with pytest.raises(ConfigError, match=r"shut/config\.toml: cannot be read \(Permission denied\)"):
        load(Path("shut/config.toml"), {})


def test_a_current_folder_that_is_gone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    with pytest.raises(ConfigError, match="the current folder has been removed"):
        load(None, {"OKNO_LANGUAGE": "en"})
