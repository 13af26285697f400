"""The webhook: only Telegram gets in, and it hears "taken" when the update is durable and not before."""

import asyncio
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiogram import Bot
from structlog.testing import capture_logs

from okno.config.values import Config, Secret
from okno.intake.telegram.webhook import Webhook, webhook_path, webhook_url
from okno.queue.types import from_ms
from okno.sandbox.telegram.host import Telegram
from okno.web.health import Health
from okno.web.server import Web
from okno.web.webhook import Letterbox
from tests.scheduler.support import running, until
from tests.web.conftest import CLARA, SECRET, utc_now
from tests.web.served import HEADER, Served

UPDATE = {"update_id": 7, "message": {"message_id": 1, "date": 1, "chat": {"id": CLARA, "type": "private"}}}


def test_its_path_is_told_by_the_secret_and_tells_nothing_of_it(config: Config) -> None:
    other = replace(config, telegram=replace(config.telegram, webhook_secret=Secret("y" * 40)))

    path = webhook_path(config)

    assert path.startswith("/telegram/")
    assert len(path) == len("/telegram/") + 32
    assert path != webhook_path(other)
    assert SECRET not in webhook_url(config)


async def test_what_is_posted_is_in_the_journal_when_it_is_answered(served: Served) -> None:
    answer = await served.post(UPDATE)

    [row] = await served.rows()
    assert answer.status == 200
    assert (row.external_id, row.kind, row.lane, row.state) == ("7", "update", f"telegram:{CLARA}", "waiting")


async def test_the_same_posted_again_changes_nothing(served: Served) -> None:
    answers = await asyncio.gather(*(served.post(UPDATE) for _ in range(20)))

    assert {answer.status for answer in answers} == {200}
    assert len(await served.rows()) == 1


@pytest.mark.parametrize(
    "headers", [{}, {HEADER: ""}, {HEADER: "wrong"}, {HEADER: SECRET[:-1]}, {HEADER: SECRET + "x"}, {HEADER: "ключ"}]
)
async def test_nobody_gets_in_without_the_secret(served: Served, headers: dict[str, str]) -> None:
    answer = await served.post(UPDATE, headers=headers)

    assert (answer.status, await served.rows()) == (401, [])


async def test_a_secret_of_stray_bytes_is_only_wrong(served: Served) -> None:
    port = int(served.address.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST {webhook_path(served.config)} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n{HEADER}: ".encode()
    writer.write(head + b"\xff\xfe\xd0" + b"\r\n\r\n{}")

    said = await reader.readuntil(b"\r\n")
    writer.close()

    assert said.startswith((b"HTTP/1.1 401", b"HTTP/1.1 400"))


async def test_without_a_secret_in_the_settings_nobody_gets_in(served: Served) -> None:
    open_ = replace(served.config, telegram=replace(served.config.telegram, webhook_secret=Secret()))

    assert not Letterbox(served.webhook, open_)._secret


async def test_more_than_a_megabyte_is_refused_by_its_length(served: Served) -> None:
    answer = await served.post(io.BytesIO(b"x" * ((1 << 20) + 1)))

    assert (answer.status, await served.rows()) == (413, [])


async def test_more_than_a_megabyte_without_a_length_is_refused_too(served: Served) -> None:
    async def pieces() -> Any:
        for _ in range(20):
            yield b"x" * 65536

    answer = await served.ask(webhook_path(served.config), "POST", data=pieces(), headers={HEADER: SECRET})

    assert (answer.status, await served.rows()) == (413, [])


async def test_a_megabyte_is_let_in(served: Served) -> None:
    body = json.dumps({"update_id": 8, "message": {"text": "x" * ((1 << 20) - 200)}}).encode()

    assert (await served.post(io.BytesIO(body))).status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"7", b"null", b'"x"', b"{}", b'{"update_id": "7"}', b'{"update_id": true}', b"\xff\xfe",
        b"[" * 100_000, b'{"update_id": 1e400}', b"9" * 5000,
    ],
)  # fmt: skip
async def test_what_is_no_update_is_refused(served: Served, body: bytes) -> None:
    answer = await served.post(body)

    assert (answer.status, await served.rows()) == (400, [])


async def test_an_update_no_library_understands_is_taken(served: Served) -> None:
    """Lone surrogates, strange kinds, numbers past 64 bits: raw is raw."""
    body = b'{"update_id": 9, "telepathy": {"chat": {"id": 123456789012345678901234567890}, "text": "\\ud800"}}'

    assert (await served.post(body)).status == 200
    assert [row.external_id for row in await served.rows()] == ["9"]


async def test_a_store_that_fails_lets_telegram_try_again(served: Served) -> None:
    served.store.cut = True

    with capture_logs() as logs:
        answer = await served.post(UPDATE)

    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
    assert "an update could not be kept; Telegram will send it again" in [one["event"] for one in logs]


async def test_a_body_that_does_not_come_is_not_waited_for(served: Served) -> None:
    web = Web(served.config, Health(served.store, served.config, utc_now), served.webhook)
    web._letterbox = Letterbox(served.webhook, served.config, patience=0.1)
    port = int((await web.start()).rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST {webhook_path(served.config)} HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n{HEADER}: {SECRET}\r\n"
    writer.write(head.encode() + b"\r\n{")

    async with asyncio.timeout(10):
        said = await reader.readuntil(b"\r\n")
    writer.close()
    await web.stop()

    assert said.startswith(b"HTTP/1.1 408")


async def test_the_door_takes_posts_only(served: Served) -> None:
    answer = await served.ask(webhook_path(served.config))

    assert (answer.status, answer.headers["Allow"]) == (405, "POST")


async def says(telegram: Telegram, served: Served, *texts: str) -> None:
    for text in texts:
        telegram.people.say(CLARA, text)

    async def arrived() -> bool:
        return len(await served.rows()) >= len(texts)

    await until(arrived)


async def test_it_names_its_address_and_telegram_posts_there(served: Served, telegram: Telegram, bot: Bot) -> None:
    async with running(served.webhook.run()):
        await says(telegram, served, "one", "two")
        info = await bot.get_webhook_info()

    assert [row.external_id for row in await served.rows()] == sorted(row.external_id for row in await served.rows())
    assert info.url == served.address + webhook_path(served.config)
    assert set(info.allowed_updates or ()) >= {"message", "edited_message", "callback_query", "my_chat_member"}


async def test_what_waited_before_the_webhook_is_not_dropped(served: Served, telegram: Telegram) -> None:
    telegram.people.say(CLARA, "earlier")

    async with running(served.webhook.run()):
        await says(telegram, served, "later")
        await until(lambda: _count(served, 2))


async def _count(served: Served, number: int) -> bool:
    return len(await served.rows()) == number


async def test_it_takes_its_place_back(served: Served, bot: Bot) -> None:
    async with running(served.webhook.run()):
        await until(lambda: _named(bot, served))
        await bot.set_webhook("http://127.0.0.1:9/elsewhere")

        await until(lambda: _named(bot, served))


async def _named(bot: Bot, served: Served) -> bool:
    return (await bot.get_webhook_info()).url == served.address + webhook_path(served.config)


async def _down(served: Served) -> str:
    state = await served.state(1)
    return str(state.get("detail")) if state.get("down_since") is not None else ""


async def _good(served: Served) -> bool:
    state = await served.state(1)
    return state.get("ok_at") is not None and state.get("down_since") is None


async def test_a_door_telegram_cannot_pass_is_told_to_the_pulse(served: Served, telegram: Telegram) -> None:
    telegram.cloud.hook_speed = 100
    shut = Webhook(served.webhook._bot, served.store, 1, served.pulse, served.config, utc_now, look=0.02)
    async with running(shut.run()):
        await until(lambda: _good(served))
        telegram.people.say(CLARA, "hello")

        said = await until(lambda: _down(served))

    assert said.startswith("Telegram cannot deliver, 1 updates wait: ")


async def test_an_old_failure_with_nothing_waiting_is_none(served: Served, telegram: Telegram) -> None:
    telegram.cloud.hooks[telegram.bot.id].last_error_date = int(utc_now().timestamp())

    async with running(served.webhook.run()):
        await until(lambda: _good(served))


async def test_an_unreachable_telegram_is_told_to_the_pulse(served: Served, telegram: Telegram) -> None:
    await telegram.stop()

    async with running(served.webhook.run()):
        assert await until(lambda: _down(served)) == "Telegram cannot be reached"


async def test_a_refused_address_is_told_in_telegrams_words(served: Served) -> None:
    insecure = replace(served.config, telegram=replace(served.config.telegram, webhook_url="http://example.com"))
    webhook = Webhook(served.webhook._bot, served.store, 1, served.pulse, insecure, utc_now, look=0.02)

    async with running(webhook.run()):
        said = await until(lambda: _down(served))

    assert said.startswith("Telegram does not take telegram.webhook_url: ")
    assert "HTTPS" in said


async def test_what_came_is_a_sign_of_life(served: Served) -> None:
    await served.post(UPDATE)

    state = await served.state(1)

    assert (state["newest"], state["down_since"]) == (8, None)
    assert from_ms(state["ok_at"]) > datetime.now(UTC) - timedelta(minutes=1)
