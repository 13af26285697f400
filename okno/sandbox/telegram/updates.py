"""The queue of updates of one bot: made, kept for a day, given out, confirmed. Who carries them is not known here."""

import json
import math
import random
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from okno.sandbox.telegram.clock import Clock

Json = dict[str, Any]

DAY = 86_400
CALLBACK_LIFE = 150
INLINE_LIFE = 30
KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "guest_message",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "managed_bot",
    "stopped_message_generation",
    "subscription",
)
EVERY = frozenset(KINDS)
DEFAULT = EVERY - {"chat_member", "message_reaction", "message_reaction_count"}
# After this long without an update the next id is random again.
QUIET = 7 * DAY
FIRST_ID = (100_000_000, 900_000_000)


@dataclass(slots=True, kw_only=True)
class Update:
    id: int
    kind: str
    lane: str
    """Updates of one lane are delivered to a webhook one at a time."""
    text: str
    """The update as JSON, fixed when it was made: later edits do not change it."""
    expires: float


class Updates:
    def __init__(self, clock: Clock, seed: random.Random) -> None:
        self.clock = clock
        self.random = seed
        self.waiting: OrderedDict[int, Update] = OrderedDict()
        self.allowed: frozenset[str] = DEFAULT
        self.next_id = seed.randint(*FIRST_ID)
        self.last_made = clock.now()
        self.listener: Callable[[], None] = lambda: None
        """Called when an update was made; one poller or one webhook listens."""
        self.dropped = 0
        """Made while their kind was not allowed."""
        self._soonest = math.inf

    def allow(self, kinds: Iterable[str] | None) -> None:
        """None leaves the setting; an empty list means the default; unknown kinds are passed over."""
        if kinds is not None:
            self.allowed = frozenset(kinds).intersection(EVERY) or DEFAULT

    def add(self, kind: str, payload: Any, lane: str, life: float = DAY) -> int | None:
        """Its update_id, or None when this kind is not allowed and so never existed. Kinds yet to come always do."""
        if kind in EVERY and kind not in self.allowed:
            self.dropped += 1
            return None
        now = self.clock.now()
        if now - self.last_made > QUIET:
            self.next_id = self.random.randint(*FIRST_ID)
        self.last_made = now
        made, self.next_id = self.next_id, self.next_id + 1
        text = json.dumps({"update_id": made, kind: payload})
        self._soonest = min(self._soonest, now + life)
        self.waiting[made] = Update(id=made, kind=kind, lane=lane, text=text, expires=now + life)
        self.listener()
        return made

    def has_default(self) -> bool:
        return self.allowed == DEFAULT

    def pending(self) -> int:
        self.expire()
        return len(self.waiting)

    def expire(self) -> None:
        """Forgets what is older than its life."""
        now = self.clock.now()
        if now < self._soonest:
            return
        for update in [update for update in self.waiting.values() if update.expires <= now]:
            del self.waiting[update.id]
        self._soonest = min((update.expires for update in self.waiting.values()), default=math.inf)

    def restore(self, kept: Iterable[Update]) -> None:
        for update in kept:
            self.waiting[update.id] = update
            self._soonest = min(self._soonest, update.expires)

    def clear(self) -> None:
        self.waiting.clear()

    def forget(self, update_id: int) -> None:
        self.waiting.pop(update_id, None)

    def take(self, offset: int, limit: int) -> list[Update]:
        """What is waiting from this offset on, after confirming all before it.

        Below zero all but the last |offset| are forgotten. An offset past the end falls back to what is there.
        """
        self.expire()
        if offset < 0:
            for update_id in list(self.waiting)[:offset]:
                del self.waiting[update_id]
        elif 0 < offset <= self.next_id:
            while self.waiting and (first := next(iter(self.waiting))) < offset:
                del self.waiting[first]
        found = []
        for update in self.waiting.values():
            found.append(update)
            if len(found) == limit:
                break
        return found
