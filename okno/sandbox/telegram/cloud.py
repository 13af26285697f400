"""Telegram's side of everything: the world, its files, the queues of each bot, what was called and what changed.

It holds the parts together and hands updates to the bots; what a method or a person does stands in their own files.
"""

import asyncio
import random
from collections.abc import Callable  # noqa: TC003 - a field of the instance, told where it is set
from dataclasses import dataclass, field
from typing import Any

from okno.sandbox.telegram.calls import Calls
from okno.sandbox.telegram.clock import Clock
from okno.sandbox.telegram.faults import Faults
from okno.sandbox.telegram.feed import Feed
from okno.sandbox.telegram.files import Files
from okno.sandbox.telegram.pace import Pace
from okno.sandbox.telegram.refusal import Misuse
from okno.sandbox.telegram.updates import DAY, Updates
from okno.sandbox.telegram.world import Bot, World

Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Hook:
    """Where a bot's updates are posted; an empty url means that it asks for them."""

    url: str = ""
    secret: str = ""
    most: int = 40
    last_error_date: int = 0
    last_error_message: str = ""


@dataclass(slots=True, kw_only=True)
class Press:
    """A button pressed by a person, waiting to be answered."""

    id: str
    bot: int
    user: int
    data: str
    at: float
    answer: Json | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)


class Cloud:
    def __init__(self, *, seed: int | None = None, paced: bool = True) -> None:
        self.random = random.Random(seed)  # noqa: S311 - numbers for a sandbox; a seed makes a run repeatable
        self.clock = Clock()
        self.world = World()
        self.files = Files()
        self.feed = Feed()
        self.calls = Calls()
        self.faults = Faults()
        self.pace = Pace(self.clock, on=paced)
        self.queues: dict[int, Updates] = {}
        self.hooks: dict[int, Hook] = {}
        self.hook_speed = 1.0
        """Divides every pause between the tries of a webhook: 1 is Telegram's own, 100 suits a test."""
        self.presses: dict[str, Press] = {}
        self.on_hook: Callable[[Bot], None] = lambda _bot: None
        """Called when a bot's webhook was set or taken away."""

    def add_bot(self, token: str, *, username: str, first_name: str, privacy: bool = True) -> Bot:
        head, colon, tail = token.partition(":")
        if not (head.isdigit() and colon and tail):
            raise Misuse(f'"{token}" is no bot token; one looks like 123456:some-letters')
        bot = Bot(token=token, id=int(head), first_name=first_name, username=username, privacy=privacy)
        self.queues[bot.id] = Updates(self.clock, self.random)
        self.hooks[bot.id] = Hook()
        return self.world.add_bot(bot)

    def announce(self, bot: Bot, kind: str, payload: Any, lane: str, life: float = DAY) -> int | None:
        """Puts an update into a bot's queue; its id, or None when the bot does not want this kind."""
        return self.queues[bot.id].add(kind, payload, lane, life)

    def number(self) -> str:
        """A long random number, as Telegram names queries, albums and polls."""
        return str(self.random.randrange(10**17, 10**18))
