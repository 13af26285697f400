"""The end of a call that failed: from the exception to a line of words, an exit code, and details in a file."""

import os
import sys
import tempfile
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

import okno
from okno.cli.session import Session
from okno.config.redaction import Redaction, secrets_of
from okno.errors import ConfigError, DeskError, OknoError

FAILED: Final = 1
_INTERRUPTED: Final = 130
_LOG: Final = "okno.log"


def told(error: BaseException, session: Session) -> int:
    """Says on stderr what happened and what to do; the exit code."""
    cause = _cause(error)
    match cause:
        case SystemExit():
            return cause.code if isinstance(cause.code, int) else FAILED
        case click.ClickException():
            cause.show()
            return cause.exit_code
        case click.Abort() if isinstance(cause.__context__, EOFError):
            say("the input ended before every question was answered; nothing was done")
            return FAILED
        case KeyboardInterrupt() | click.Abort():
            return _INTERRUPTED
        case BrokenPipeError():
            _pacify()
            return FAILED
        case _:
            say(*_words(cause, session))
            return FAILED


def say(*lines: str) -> None:
    for line in lines:
        with suppress(OSError):
            click.echo(f"okno: {line}", err=True)


def _cause(error: BaseException) -> BaseException:
    """What a group of errors is about: our own word in it, else the first."""
    found: BaseException = error
    while isinstance(found, BaseExceptionGroup):
        inside: tuple[BaseException, ...] = found.exceptions
        found = next((each for each in inside if isinstance(each, OknoError)), inside[0])
    return found


def _words(error: BaseException, session: Session) -> list[str]:
    if isinstance(error, ConfigError):
        return list(error.mistakes)
    if isinstance(error, DeskError):
        return [_reason(error, session)]
    if isinstance(error, OknoError):
        return [" ".join(str(error).split())]
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return [f"{where}{error.strerror}; {_kept(error, session)}"]
    kind = type(error).__name__
    return [f"something failed that should not ({kind}), a mistake in Okno: please report it; {_kept(error, session)}"]


def _reason(error: DeskError, session: Session) -> str:
    """The desk's refusals are keys of the texts."""
    if session.config is None:
        return str(error)
    from okno.texts import Texts

    config = session.config
    texts = Texts(config.templates_dir, config.language, config.timezone)
    return texts.label("refusals", error.reason, config.language, **error.facts)


def _kept(error: BaseException, session: Session) -> str:
    """Where the details went: without secrets, and without words that may be a client's."""
    redaction = Redaction(secrets_of(session.config) if session.config else ())
    if os.environ.get("OKNO_TEST_TRACEBACK"):
        with suppress(OSError):
            sys.stderr.write(redaction.text("".join(traceback.format_exception(error))))
        return "details stand above"
    when = f"{datetime.now(UTC).isoformat()} okno {okno.__version__}: {' '.join(sys.argv[1:2])}"
    with suppress(OSError):
        return f"details are in {_written(when, redaction.trace(error), session)}"
    return "run it again with OKNO_TEST_TRACEBACK=1 for details"


def _written(when: str, details: str, session: Session) -> Path:
    """Beside the store; a new file of ours alone where there is none, because others may write to that folder too."""
    if session.config and session.config.data_dir.is_dir():
        place = session.config.data_dir / _LOG
    else:
        handle, name = tempfile.mkstemp(prefix="okno-", suffix=".log")
        os.close(handle)
        place = Path(name)
    with place.open("a", encoding="utf-8") as log:
        log.write(f"{when}\n{details}\n")
    return place


def _pacify() -> None:
    """Nobody reads us any more; the interpreter would complain of it when it flushes at its end."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
