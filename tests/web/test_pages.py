"""What a watcher reads: alive, ready, numbers; and what nobody learns from this server."""

import asyncio
import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from aiogram import Bot

from okno.config.values import Config, Secret
from okno.errors import ConfigError
from okno.queue.store import Store
from okno.queue.types import to_ms
from okno.web.health import Health
from okno.web.server import Web
from tests.web.conftest import BOT, utc_now
from tests.web.served import Served


async def both_good(served: Served, at: datetime | None = None) -> None:
    for account in (1, 2):
        await served.note(account, ok_at=to_ms(at or utc_now()), down_since=None, detail="")


async def test_it_is_alive_while_its_store_is(served: Served) -> None:
    answer = await served.ask("/healthz")

    assert (answer.status, answer.json) == (200, {"alive": True, "problem": None})


async def test_it_is_not_alive_without_its_store(served: Served) -> None:
    served.store.cut = True

    answer = await served.ask("/healthz")

    assert (answer.status, answer.json["alive"]) == (503, False)
    assert answer.json["problem"]


async def test_a_store_that_fails_in_a_way_nobody_foresaw_is_not_alive(served: Served, stored: Store) -> None:
    await stored.close()

    assert (await served.ask("/healthz")).status == 503


async def test_it_is_ready_when_every_channel_answers(served: Served) -> None:
    await both_good(served)

    answer = await served.ask("/readyz")

    assert (answer.status, answer.json) == (200, {"ready": True, "down": [], "problem": None})


async def test_it_names_the_channels_that_are_down(served: Served) -> None:
    since = utc_now() - timedelta(minutes=3)
    await both_good(served)
    await served.note(2, down_since=to_ms(since), detail="login refused")

    answer = await served.ask("/readyz")

    [down] = answer.json["down"]
    assert (answer.status, answer.json["ready"]) == (503, False)
    assert (down["channel"], down["account"], down["detail"]) == ("email", "support", "login refused")
    assert down["since"].endswith("Z")
    assert 180 <= down["seconds"] < 240


async def test_a_mailbox_that_is_read_but_cannot_send_is_named(served: Served) -> None:
    await both_good(served)
    await served.note(2, out_down_since=to_ms(utc_now()), out_detail="535 login refused")

    answer = await served.ask("/readyz")

    assert [one["detail"] for one in answer.json["down"]] == ["cannot send: 535 login refused"]
    assert 'okno_channel_sends{account="support",channel="email"} 0.0' in (await served.ask("/metrics")).text


async def test_a_channel_that_was_never_tried_is_not_ready(served: Served) -> None:
    answer = await served.ask("/readyz")

    assert [(one["account"], one["since"], one["detail"]) for one in answer.json["down"]] == [
        (BOT, None, "has never answered"), ("support", None, "has never answered"),
    ]  # fmt: skip


async def test_a_receiver_that_says_nothing_any_more_is_not_ready(served: Served) -> None:
    await both_good(served, utc_now() - timedelta(minutes=16))

    answer = await served.ask("/readyz")

    assert [one["detail"] for one in answer.json["down"]] == ["says nothing any more"] * 2


async def test_channels_the_configuration_no_longer_names_do_not_count(stored: Store, config: Config) -> None:
    alone = replace(config, mailboxes=(), telegram=replace(config.telegram, token=Secret()))

    assert await Health(stored, alone, utc_now).down() == []


async def test_its_numbers_are_as_prometheus_reads_them(served: Served) -> None:
    await both_good(served)
    await served.post({"update_id": 7, "message": {"chat": {"id": 1}}})

    answer = await served.ask("/metrics")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    for line in (
        'okno_journal_rows{state="waiting"} 1.0',
        "okno_journal_arrived_total 1.0",
        'okno_letters_waiting{age="5m",channel="email"} 0.0',
        'okno_letters_waiting{age="older",channel="telegram"} 0.0',
        'okno_letters{state="refused"} 0.0',
        'okno_tickets{status="waiting_client"} 0.0',
        f'okno_channel_up{{account="{BOT}",channel="telegram"}} 1.0',
        "okno_clocks_overdue 0.0",
    ):
        assert line in answer.text.splitlines()
    assert re.search(r"^okno_wal_bytes [1-9]", answer.text, re.MULTILINE)
    assert 'okno_channel_silent_seconds{account="support",channel="email"}' in series(answer.text)


async def test_labels_come_from_closed_sets(served: Served) -> None:
    """What strangers send must not make new series."""
    await both_good(served)
    before = series((await served.ask("/metrics")).text)
    for number in range(20):
        await served.post({"update_id": number, f"kind-{number}": {"chat": {"id": number}}})

    assert series((await served.ask("/metrics")).text) == before


def series(text: str) -> set[str]:
    return {line.rpartition(" ")[0] for line in text.splitlines() if line.startswith("okno_")}


async def test_numbers_are_refused_without_a_store(served: Served) -> None:
    served.store.cut = True

    assert (await served.ask("/metrics")).status == 503


@pytest.mark.parametrize("path", ["/", "/admin", "/healthz/", "/telegram/", "/telegram/" + "0" * 32])
async def test_nothing_else_is_there(served: Served, path: str) -> None:
    assert (await served.ask(path)).status == 404


async def test_pages_are_only_read(served: Served) -> None:
    answer = await served.ask("/metrics", "POST", data=b"x")

    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "request_",
    [b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"],
)
async def test_it_does_not_say_what_it_is_made_of(served: Served, request_: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(served.address.rpartition(":")[2]))
    writer.write(request_)
    await writer.drain()

    said = await reader.readuntil(b"\r\n\r\n")
    writer.close()

    assert b"Server: okno" in said
    assert not re.search(rb"aiohttp|Python|nonsense", said)


async def test_who_sends_half_a_request_is_let_go(
    stored: Store, config: Config, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("okno.web.wire._HEAD", 0.1)
    web = Web(config, Health(stored, config, utc_now))
    address = await web.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")

    async with asyncio.timeout(5):
        said = await reader.read()
    writer.close()
    await web.stop()

    assert said == b""


async def test_it_listens_nowhere_unless_told(stored: Store, config: Config) -> None:
    web = Web(replace(config, http_listen=""), Health(stored, config, utc_now))

    assert await web.start() == ""
    await web.stop()


async def test_a_port_that_is_taken_is_a_mistake_with_advice(served: Served, stored: Store, config: Config) -> None:
    taken = replace(config, http_listen=served.address.removeprefix("http://"))

    with pytest.raises(ConfigError, match=r"\[http\] listen: 127\.0\.0\.1:\d+ cannot be listened on"):
        await Web(taken, Health(stored, taken, utc_now)).start()


async def test_an_address_of_the_new_kind_is_understood(stored: Store, config: Config) -> None:
    web = Web(replace(config, http_listen="[::1]:0"), Health(stored, config, utc_now))

    address = await web.start()
    await web.stop()

    assert re.fullmatch(r"http://\[::1\]:\d+", address)
