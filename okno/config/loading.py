"""config.toml, OKNO_… variables and secret files made into one Config. Every mistake is told at once."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from okno.config import environment
from okno.config.assembly import assemble
from okno.config.cautions import doubt
from okno.config.document import Document, absent, read
from okno.config.reading import Reader
from okno.config.report import Report
from okno.config.rules import judge
from okno.config.shape import root
from okno.config.values import Config
from okno.errors import ConfigError

DEFAULT = Path("config.toml")


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """`path` is what --config named; None looks at OKNO_CONFIG, then ./config.toml, then at the variables alone.

    Raises ConfigError with all mistakes, those of the file first and in its order. Makes and changes nothing.
    """
    _here()  # relative paths start there
    return settle(_found(path, environ), environ)


def settle(document: Document, environ: Mapping[str, str]) -> Config:
    """The same for a file already read; fills `document.tree` from the variables."""
    _zones()
    overlay = environment.lay(document, environ)
    report = Report(document=document, variables=overlay.variables, mistakes=dict(overlay.mistakes))
    guarded = environ.get("CREDENTIALS_DIRECTORY")
    reader = Reader(report=report, folder=document.folder, guarded=Path(guarded) if guarded else None)
    path = Path(document.name).absolute() if document.name else None
    values = assemble(reader.table(root(), document.tree), path, document.folder)
    judge(values, report)
    if report.mistakes:
        raise ConfigError(report.told(report.mistakes))
    doubt(values, report)
    return replace(values, warnings=tuple(report.told(report.cautions)))


def _found(path: Path | None, environ: Mapping[str, str]) -> Document:
    named = path or (Path(environ["OKNO_CONFIG"]) if environ.get("OKNO_CONFIG") else None)
    if named or _there(DEFAULT):
        return read(named or DEFAULT)
    if environment.settings(environ):
        return absent(Path())
    advice = "run `okno init` to make one, name one with --config FILE or OKNO_CONFIG, or set OKNO_… variables"
    raise ConfigError([f"{DEFAULT}: there is none in {_here()}; {advice}"])


def _there(path: Path) -> bool:
    """A file in a folder that admits us not is there, and reading it tells why it cannot be read."""
    try:
        return path.exists()
    except OSError:
        return True


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError as error:
        raise ConfigError(["the current folder has been removed; go to another one and start again"]) from error


def _zones() -> None:
    """A slim system may carry no time zones at all, and then not one name of a zone is right."""
    try:
        ZoneInfo("UTC")
    except ZoneInfoNotFoundError as error:
        raise ConfigError(["this system has no time zone data; install its tzdata package"]) from error
