"""Sets logging up: one line an event on stderr, as JSON or for a console, ours and the libraries' through one door.

What may stand in a line is decided in `okno.config.redaction`.
"""

import logging
import re
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from types import TracebackType
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from okno.config.redaction import Redaction, secrets_of, told
from okno.config.values import Secret

__all__ = ["secrets_of", "set_up"]

# They tell of their work at INFO, and aiohttp of every request.
_LIBRARIES: Final = ("aiogram", "aiohttp", "apscheduler", "sqlalchemy", "alembic", "asyncio", "imapclient")
_FIRST: Final = ("at", "level", "logger", "event")
# asyncio prints the repr of an error that nobody took: its words, whatever they are.
_TAKEN_BY_NOBODY: Final = re.compile(r"(exception=[\w.]+)\(.*", re.DOTALL)


def set_up(*, json: bool, level: str, secrets: Iterable[Secret]) -> None:
    """`level` ("debug", "info", …) is for Okno itself; libraries speak from WARNING on. May be called again."""
    redaction = Redaction(secrets)
    handler = _Handler()
    handler.addFilter(_plain_arguments)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, _STAMP, _foreign],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_printed(redaction, json=json)],
        )
    )
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, _Handler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in _LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("okno").setLevel(logging.getLevelNamesMapping()[level.upper()])
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level, structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, _STAMP, _positional,
            structlog.stdlib.PositionalArgumentsFormatter(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )  # fmt: skip
    _catch_the_rest()


_STAMP: Final = structlog.processors.TimeStamper(fmt="iso", utc=True, key="at")


def _printed(redaction: Redaction, *, json: bool) -> list[Processor]:
    def clean(_logger: WrappedLogger, _name: str, given: EventDict) -> EventDict:
        error = _error(given.pop("exc_info", None))
        given.pop("stack_info", None)
        line = redaction.fields({name: given[name] for name in _FIRST if name in given} | dict(given))
        return line if error is None else {**line, "exception": redaction.trace(error)}

    if json:
        return [clean, structlog.processors.JSONRenderer(ensure_ascii=False)]
    # The renderer's own way with tracebacks prints local variables.
    plain = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), timestamp_key="at", exception_formatter=structlog.dev.plain_traceback
    )
    return [clean, plain]


def _error(given: Any) -> BaseException | None:
    """What `exc_info` means: an error, the three-part form of one, or "the one being handled"."""
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    return sys.exc_info()[1] if given else None


def _foreign(_logger: WrappedLogger, _name: str, given: EventDict) -> EventDict:
    return {**given, "event": _TAKEN_BY_NOBODY.sub(r"\1(...)", str(given["event"]))}


def _positional(_logger: WrappedLogger, _name: str, given: EventDict) -> EventDict:
    if "positional_args" in given:
        given["positional_args"] = _spoken(given["positional_args"])
    return given


def _plain_arguments(record: logging.LogRecord) -> bool:
    """Libraries format errors into their messages; what those say is not for the log."""
    if isinstance(record.args, tuple):
        record.args = _spoken(record.args)
    elif record.args:
        record.args = {name: told(one) if isinstance(one, BaseException) else one for name, one in record.args.items()}
    if isinstance(record.msg, BaseException):
        record.msg = told(record.msg)
    return True


def _spoken(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(told(one) if isinstance(one, BaseException) else one for one in arguments)


class _Handler(logging.Handler):
    """On stderr, whatever that is at the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except Exception:  # noqa: BLE001 - a log line that fails must not fail its caller
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """The library's own answer to a line it cannot write prints the line's arguments, whatever they hold."""
        kind = sys.exc_info()[0]
        words = f"a log line of {record.name} could not be written: {kind.__name__ if kind else 'unknown'}\n"
        with suppress(Exception):
            sys.stderr.write(words)


def _catch_the_rest() -> None:
    """What Python itself would print on stderr goes through the log too."""
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("okno").critical("an error that nobody caught", exc_info=(kind, error, trace))


def _uncaught_in_thread(given: threading.ExceptHookArgs) -> None:
    if given.exc_value is not None and not issubclass(given.exc_type, SystemExit):
        _uncaught(given.exc_type, given.exc_value, given.exc_traceback)
