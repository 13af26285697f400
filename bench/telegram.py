"""The sandbox's Telegram in a process of its own, with people who write as much as is asked."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Final

from bench.cast import FIRST, ROOM, STAFF, TOKEN
from okno.sandbox.telegram.host import Telegram

_PATIENCE: Final = 10.0


class Cloud:
    def __init__(self) -> None:
        self._telegram = Telegram(TOKEN, paced=False, seed=7)
        cast = self._telegram.cast
        for number in STAFF:
            cast.add_user(number, f"Анна {number}", language_code="ru")
            self._telegram.people.start(number)
        cast.add_chat(ROOM, "Студия", "forum", owner=STAFF[0], members=list(STAFF[1:]))
        self._known: set[int] = set()

    async def start(self) -> str:
        return await self._telegram.start()

    async def write(self, says: Sequence[tuple[int, str]]) -> int:
        """Each client says these words; how many updates wait now. Those of before are forgotten first."""
        self._telegram.cloud.queues[self._telegram.bot.id].clear()
        for client, words in says:
            self._say(client, words)
        return len(says)

    async def more(self, says: Sequence[tuple[int, str]]) -> None:
        for client, words in says:
            self._say(client, words)

    async def timed(self, client: int, words: str, wanted: Sequence[int], rest: float) -> float:
        """Seconds from a client's words to the bot's next message in one of these private chats; `rest` goes before."""
        await asyncio.sleep(rest)
        feed = self._telegram.cloud.feed
        since = feed.last
        begun = time.perf_counter()
        self._say(client, words)
        end = begun + _PATIENCE
        while time.perf_counter() < end:
            found = await self._telegram.look.changes(since, wait=1.0)
            since = found["next"]
            if any(_from_bot(change, wanted) for change in found["changes"]):
                return time.perf_counter() - begun
        raise TimeoutError(f"nobody heard of {words!r} in {_PATIENCE:g} s")

    def _say(self, client: int, words: str) -> None:
        number = FIRST + client
        if number not in self._known:
            self._known.add(number)
            self._telegram.cast.add_user(number, f"Клиент {client}", language_code="ru")
        self._telegram.people.say(number, words)


def _from_bot(change: dict[str, Any], wanted: Sequence[int]) -> Any:
    return change["kind"] == "message" and change["chat"] in wanted and change["message"]["from"]["is_bot"]
