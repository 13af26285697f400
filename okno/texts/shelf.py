"""Finds the files: ours inside the package, the operator's in their own directory under the same relative path."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from okno.config.values import Language

LANGUAGES: Final[tuple[Language, ...]] = ("ru", "en")
LABELS: Final = "labels.toml"


def path(language: Language, folder: str, name: str) -> str:
    return f"{language}/{folder}/{name}.html"


def ours(relative: str) -> str:
    return files("okno").joinpath("templates", *relative.split("/")).read_text("utf-8")


def theirs(directory: Path | None, relative: str) -> str | None:
    """None: the operator has no such file. Raises OSError or ValueError (not UTF-8) for one that cannot be read."""
    if directory is None:
        return None
    file = directory / relative
    return file.read_text("utf-8-sig") if file.is_file() else None


def listed(directory: Path) -> list[str]:
    """Relative paths of all an operator has put there; hidden files and editors' copies are nobody's business."""
    found = (file.relative_to(directory) for file in sorted(directory.rglob("*")) if file.is_file())
    return [file.as_posix() for file in found if not any(part.startswith((".", "#")) for part in file.parts)]
