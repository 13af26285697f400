"""How a bot gets its updates posted."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiohttp import web

from okno.sandbox.telegram import Telegram

CLARA, ANNA, FORUM = 7, 1, -1001000000001
Json = dict[str, Any]


class Receiver:
    """A bot's own server: keeps what it is posted, answers as told."""

    def __init__(self) -> None:
        self.url = ""
        self.got: list[Json] = []
        self.headers: list[Json] = []
        self.answers: list[web.Response] = []
        self.arrived = asyncio.Condition()
        self.gate = asyncio.Event()
        self.gate.set()

    async def take(self, request: web.BaseRequest) -> web.Response:
        update = await request.json()
        async with self.arrived:
            self.got.append(update)
            self.headers.append(dict(request.headers))
            self.arrived.notify_all()
        await self.gate.wait()
        return self.answers.pop(0) if self.answers else web.Response()

    async def until(self, count: int) -> list[str]:
        """The texts, once so many posts have come."""
        async with asyncio.timeout(5), self.arrived:
            await self.arrived.wait_for(lambda: len(self.got) >= count)
        return [update["message"]["text"] for update in self.got]


@pytest.fixture
async def receiver(telegram: Telegram) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    runner = web.ServerRunner(web.Server(receiver.take), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    telegram.cloud.hook_speed = 1000
    yield receiver
    receiver.gate.set()
    await telegram.stop()
    await runner.cleanup()


async def settled(telegram: Telegram) -> None:
    async with asyncio.timeout(5):
        while telegram.look.pending():  # noqa: ASYNC110 - the sandbox tells nobody when a queue is empty
            await asyncio.sleep(0.01)


async def test_updates_are_posted_with_the_secret(telegram: Telegram, bot: Bot, receiver: Receiver) -> None:
    await bot.set_webhook(receiver.url, secret_token="s3cret")
    telegram.people.say(CLARA, "hello")

    assert await receiver.until(1) == ["hello"]
    assert receiver.headers[0]["X-Telegram-Bot-Api-Secret-Token"] == "s3cret"
    await settled(telegram)


async def test_what_waited_before_is_posted_too(telegram: Telegram, bot: Bot, receiver: Receiver) -> None:
    telegram.people.say(CLARA, "earlier")

    await bot.set_webhook(receiver.url)

    assert await receiver.until(1) == ["earlier"]


async def test_pending_updates_can_be_dropped(telegram: Telegram, bot: Bot, receiver: Receiver) -> None:
    telegram.people.say(CLARA, "earlier")
    await bot.set_webhook(receiver.url, drop_pending_updates=True)
    telegram.people.say(CLARA, "later")

    assert await receiver.until(1) == ["later"]


async def test_a_failing_update_is_tried_again_and_holds_its_chat(
    telegram: Telegram, bot: Bot, receiver: Receiver
) -> None:
    receiver.answers = [web.Response(status=500), web.Response(status=500)]
    await bot.set_webhook(receiver.url)
    telegram.people.say(CLARA, "one")
    telegram.people.say(CLARA, "two")

    assert await receiver.until(4) == ["one", "one", "one", "two"]
    await settled(telegram)


async def test_a_slow_chat_does_not_hold_another(telegram: Telegram, bot: Bot, receiver: Receiver) -> None:
    receiver.gate.clear()
    await bot.set_webhook(receiver.url)
    telegram.people.say(CLARA, "one")
    telegram.people.say(CLARA, "two")
    telegram.people.say(ANNA, "elsewhere", chat=FORUM)

    assert sorted(await receiver.until(2)) == ["elsewhere", "one"]


async def test_the_last_failure_is_told(telegram: Telegram, bot: Bot, receiver: Receiver) -> None:
    receiver.answers = [web.Response(status=503)] * 3
    await bot.set_webhook(receiver.url, max_connections=10, allowed_updates=["message"])
    telegram.people.say(CLARA, "one")
    await receiver.until(2)

    info = await bot.get_webhook_info()

    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
    assert (info.url, info.max_connections, info.allowed_updates) == (receiver.url, 10, ["message"])


async def test_a_retry_after_is_obeyed_and_an_expired_update_given_up(
    telegram: Telegram, bot: Bot, receiver: Receiver
) -> None:
    receiver.answers = [web.Response(status=503, headers={"Retry-After": "3600"})]
    await bot.set_webhook(receiver.url)
    telegram.people.say(CLARA, "one")
    telegram.clock.advance(85_000)

    await receiver.until(1)
    await settled(telegram)

    assert len(receiver.got) == 1


async def test_without_a_webhook_the_bot_asks_again(telegram: Telegram, bot: Bot, receiver: Receiver) -> None:
    receiver.answers = [web.Response(status=500)] * 50
    telegram.cloud.hook_speed = 1
    await bot.set_webhook(receiver.url)
    telegram.people.say(CLARA, "one")
    await receiver.until(2)

    await bot.delete_webhook()

    assert len(await bot.get_updates()) == 1
    assert (await bot.get_webhook_info()).url == ""


async def test_pending_updates_are_counted_while_polling_too(telegram: Telegram, bot: Bot) -> None:
    telegram.people.say(CLARA, "one")
    telegram.people.say(CLARA, "two")

    assert (await bot.get_webhook_info()).pending_update_count == 2


async def test_a_method_in_the_answer_is_done(telegram: Telegram, bot: Bot, receiver: Receiver) -> None:
    receiver.answers = [web.json_response({"method": "sendMessage", "chat_id": CLARA, "text": "got it"})]
    await bot.set_webhook(receiver.url)
    telegram.people.say(CLARA, "one")

    await receiver.until(1)
    await settled(telegram)

    assert telegram.look.messages(CLARA)[-1]["text"] == "got it"


@pytest.mark.parametrize(
    ("url", "secret", "words"),
    [
        ("http://example.com/hook", "", "An HTTPS URL must be provided for webhook"),
        ("https://example.com:8080/hook", "", "Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ("https://example.com/hook", "no spaces", "secret token contains unallowed characters"),
        ("https://", "", "invalid webhook URL specified"),
    ],
)
async def test_a_bad_webhook_is_refused(bot: Bot, url: str, secret: str, words: str) -> None:
    with pytest.raises(TelegramBadRequest, match=words):
        await bot.set_webhook(url, secret_token=secret or None)
