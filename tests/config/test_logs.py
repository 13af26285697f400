"""The log as a whole: canaries pushed through every road by which secrets and people's words have got into logs."""

import asyncio
import gc
import imaplib
import json
import logging
import smtplib
import sys
import threading
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Final

import aiohttp
import pytest
import sqlalchemy as sa
import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, ClientDecodeError
from aiogram.methods import GetMe
from aiogram.types import Update
from aiohttp import web

from okno.config.logs import set_up
from okno.config.values import ImapServer, Secret, SmtpServer
from okno.errors import ChannelDown, StoreError, Unreadable
from okno.intake.imap.link import ImapLink
from okno.notifier.mail.smtp import SmtpLine
from okno.sandbox.mail import MailHost

TOKEN: Final = "987654321:" + "CANARY-token_" * 3
PASSWORD: Final = "CANARY pass/word+1"
BODY: Final = "CANARY Dear support,\r\nthe code of our safe is 0451"
DESK: Final = "support@desk.test"
log: Final = structlog.stdlib.get_logger("okno.test")

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Logging belongs to the whole process; each test gives it back as it was."""
    root, ours = logging.getLogger(), logging.getLogger("okno")
    kept = (list(root.handlers), root.level, ours.level, sys.excepthook, threading.excepthook, structlog.get_config())
    yield
    root.handlers[:], root.level, ours.level, sys.excepthook, threading.excepthook = kept[:5]
    logging.captureWarnings(capture=False)
    structlog.configure(**kept[5])


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """What was logged, line by line; no canary may be among it, nor anything that is not a line of the log."""
    set_up(json=True, level="debug", secrets=[Secret(TOKEN), Secret(PASSWORD)])

    def read() -> list[dict[str, Any]]:
        out, err = capsys.readouterr()
        assert out == ""
        assert "CANARY" not in err
        assert "0451" not in err
        return [json.loads(line) for line in err.splitlines()]

    return read


def test_a_line_is_one_object_with_its_time_level_and_place(lines: Lines) -> None:
    log.info("tick", tick="drain", count=3)

    [line] = lines()
    assert (line["event"], line["level"], line["logger"], line["tick"]) == ("tick", "info", "okno.test", "drain")
    assert line["at"].endswith("Z")


def test_libraries_speak_from_warning_on(lines: Lines) -> None:
    for name in ("aiogram.event", "aiohttp.access", "apscheduler.scheduler", "sqlalchemy.engine", "alembic.runtime"):
        logging.getLogger(name).info("chatter")
        logging.getLogger(name).warning("trouble of %s", name)

    assert [line["event"].partition(" ")[0] for line in lines()] == ["trouble"] * 5


def test_our_own_level_is_as_told(lines: Lines) -> None:
    set_up(json=True, level="warning", secrets=[])
    log.info("quiet")
    log.warning("loud")

    assert [line["event"] for line in lines()] == ["loud"]


def test_being_set_up_twice_does_not_say_it_twice(lines: Lines) -> None:
    set_up(json=True, level="info", secrets=[])
    log.info("once")

    assert len(lines()) == 1


def test_a_console_gets_lines_without_traceback_locals(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(json=False, level="info", secrets=[Secret(PASSWORD)])
    words = BODY
    try:
        raise ValueError(words)
    except ValueError:
        log.exception("it broke", password=PASSWORD, detail=f"a\nlevel=info {PASSWORD}")

    err = capsys.readouterr().err
    assert "CANARY" not in err
    assert "0451" not in err
    assert "it broke" in err
    assert "in test_a_console_gets_lines_without_traceback_locals" in err
    assert "\nlevel=info" not in err


@pytest.mark.parametrize(
    "error",
    [
        ValueError(BODY), KeyError(BODY), Unreadable(f"a mail of {PASSWORD}"), ChannelDown(f"GET /bot{TOKEN}/getMe"),
        UnicodeDecodeError("utf-8", BODY.encode(), 0, 1, BODY), json.JSONDecodeError(BODY, BODY, 0),
        imaplib.IMAP4.error(f"LOGIN {PASSWORD}"), RuntimeError(BODY), ExceptionGroup(BODY, [ValueError(BODY)]),
        ClientDecodeError(BODY, ValueError(BODY), BODY), smtplib.SMTPAuthenticationError(535, PASSWORD.encode()),
    ],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_whatever_is_raised_its_kind_is_told_and_its_words_are_not(lines: Lines, error: Exception) -> None:
    try:
        try:
            raise error
        except Exception as first:
            raise StoreError(f"not now: {type(first).__name__}") from first
    except StoreError as last:
        log.exception("structured")
        log.warning("as a value", error=last, cause=last.__cause__)
        logging.getLogger("aiogram.event").exception("foreign %s: %s", "message", last.__cause__)
        logging.getLogger("aiohttp.server").critical(last.__cause__)

    told = lines()
    assert len(told) == 4
    assert type(error).__name__ in told[0]["exception"]


def test_the_values_of_a_failed_statement_are_not_told(lines: Lines) -> None:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        try:
            connection.execute(sa.text("INSERT INTO nowhere VALUES (:body, :token)"), {"body": BODY, "token": TOKEN})
        except sa.exc.SQLAlchemyError as error:
            log.exception("the store refused", error=str(error))
            log.warning("as ours", error=str(StoreError(f"The store could not write ({error}); is the disk full?")))
    engine.dispose()

    assert "no such table" in lines()[0]["error"]


def test_what_a_library_cannot_parse_is_not_told(lines: Lines) -> None:
    try:
        Update.model_validate({"update_id": BODY, "message": {"text": BODY, "chat": BODY}})
    except ValueError:
        log.exception("an update could not be handled")

    assert "ValidationError" in lines()[0]["exception"]


@pytest.fixture
async def telegram() -> AsyncIterator[Bot]:
    """A Telegram that answers with what it was sent, and worse."""

    async def answer(request: web.BaseRequest) -> web.Response:
        if "/file/" in request.path:
            return web.Response(status=404, text=BODY)
        return web.Response(status=200, text=BODY)

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    session = AiohttpSession(api=TelegramAPIServer.from_base(f"http://127.0.0.1:{runner.addresses[0][1]}"))
    yield Bot(TOKEN, session=session)
    await (await session.create_session()).close()
    await runner.cleanup()


async def test_the_bot_library_does_not_tell_token_or_answer(lines: Lines, telegram: Bot) -> None:
    address = telegram.session.api.file_url(TOKEN, "photo.jpg")
    try:
        await telegram(GetMe())
    except AiogramError as error:
        log.exception("no answer", error=error)
    try:
        async for _ in telegram.session.stream_content(address, raise_for_status=True):
            pass
    except aiohttp.ClientResponseError as error:
        log.exception("no file", error=str(error), url=address)
        logging.getLogger("aiogram.event").warning("Failed %s - %s: %s", address, type(error).__name__, error)

    first, second, third = lines()
    assert first["error"] == "ClientDecodeError"
    assert second["url"].endswith("/file/bot***/photo.jpg")
    assert third["event"].endswith("ClientResponseError: ClientResponseError")


async def test_an_error_nobody_took_is_told_without_its_words(lines: Lines) -> None:
    async def fails() -> None:
        raise RuntimeError(BODY + TOKEN)

    task = asyncio.create_task(fails())
    await asyncio.wait([task])
    del task
    gc.collect()

    [line] = lines()
    assert line["logger"] == "asyncio"
    assert line["event"].startswith("Task exception was never retrieved")
    assert "RuntimeError" in line["exception"]


async def test_a_mailbox_that_refuses_the_login_does_not_tell_the_password(lines: Lines) -> None:
    host = MailHost()
    host.add_mailbox(DESK, "another")
    await host.start()
    link = ImapLink(
        ImapServer(host="127.0.0.1", port=host.ports.imap, security="plain", username=DESK, password=Secret(PASSWORD))
    )
    try:
        await link.open()
    except ChannelDown as error:
        log.exception("no mailbox", error=str(error), cause=repr(error.__cause__))
    await link.close()
    await host.stop()

    assert "ChannelDown" in lines()[0]["exception"]


async def test_a_server_that_refuses_the_login_does_not_tell_the_password(lines: Lines) -> None:
    host = MailHost(auth_required=True)
    host.add_mailbox(DESK, "another")
    await host.start()
    line = SmtpLine(
        SmtpServer(host="127.0.0.1", port=host.ports.smtp, security="plain", username=DESK, password=Secret(PASSWORD))
    )
    try:
        await line.check()
    except ChannelDown as error:
        log.exception("no server", error=str(error), cause=repr(error.__cause__))
    await line.close()
    await host.stop()

    assert "ChannelDown" in lines()[0]["exception"]


def test_what_nobody_caught_goes_through_the_log(lines: Lines) -> None:
    words = BODY + PASSWORD
    try:
        raise ValueError(words)
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)

    [line] = lines()
    assert (line["level"], line["event"]) == ("critical", "an error that nobody caught")
    assert line["exception"].endswith("ValueError")


def test_a_thread_that_dies_goes_through_the_log(lines: Lines) -> None:
    words = BODY

    def dies() -> None:
        raise ValueError(words)

    set_up(json=True, level="info", secrets=[])  # pytest has put its own hook in place meanwhile
    thread = threading.Thread(target=dies)
    thread.start()
    thread.join()

    assert lines()[0]["exception"].endswith("ValueError")


def test_warnings_go_through_the_log(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn(f"deprecated {PASSWORD}", UserWarning, stacklevel=1)

    assert lines()[0]["logger"] == "py.warnings"


def test_a_line_that_cannot_be_written_does_not_spill_its_arguments(
    lines: Lines, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = [one for one in logging.getLogger().handlers if type(one).__module__ == set_up.__module__]
    monkeypatch.setattr(logging.getLogger(), "handlers", ours)  # pytest's own would raise
    logging.getLogger("aiohttp.server").warning("%d updates", BODY)

    err = capsys.readouterr().err
    assert err == "a log line of aiohttp.server could not be written: TypeError\n"
