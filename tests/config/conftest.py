"""A config.toml in a folder of its own, loaded the way the command line does it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from okno.config import load
from okno.config.values import Config
from okno.errors import ConfigError

Loaded = Callable[..., Config]
Refused = Callable[..., tuple[str, ...]]


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    """What a text and variables come to. Without a text there is no file."""
    monkeypatch.chdir(tmp_path)

    def from_text(text: str | None = None, /, **environ: str) -> Config:
        if text is not None:
            path = Path("config.toml")
            path.write_text(text, encoding="utf-8")
            path.chmod(0o600)
        return load(None, environ)

    return from_text


@pytest.fixture
def refused(loaded: Loaded) -> Refused:
    """The mistakes of a text and variables, which must have some."""

    def from_text(text: str | None = None, /, **environ: str) -> tuple[str, ...]:
        with pytest.raises(ConfigError) as caught:
            loaded(text, **environ)
        return caught.value.mistakes

    return from_text
