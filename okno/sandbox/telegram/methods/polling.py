"""How a bot gets its updates: asking and waiting, or naming a webhook."""

import asyncio
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from okno.sandbox.telegram.call import Call
from okno.sandbox.telegram.cloud import Hook
from okno.sandbox.telegram.refusal import Refusal, bad
from okno.sandbox.telegram.updates import Update, Updates

Json = dict[str, Any]

MOST = 100
LONGEST = 50
HAS_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
OTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
BY_WEBHOOK = "Conflict: terminated by setWebhook request"
# The server slows those who ask the same again and again.
HASTY_LIMIT = 0.5
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS = frozenset({443, 80, 88, 8443})
SECRET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


class Raw:
    """An answer that is JSON already."""

    def __init__(self, updates: list[Update]) -> None:
        self.ids = [update.id for update in updates]
        self.text = f"[{','.join(update.text for update in updates)}]"


class Pollers:
    """Who waits for the updates of each bot: one at a time, the newer sends the older away."""

    def __init__(self) -> None:
        self.waiting: dict[int, asyncio.Future[str]] = {}
        self.last: dict[int, tuple[int, float]] = {}

    def dismiss(self, bot_id: int, words: str) -> None:
        waiting = self.waiting.pop(bot_id, None)
        if waiting is not None:
            _end(waiting, words)

    def hasty(self, bot_id: int, offset: int) -> bool:
        """The same offset again within half a second."""
        now = asyncio.get_running_loop().time()
        before = self.last.get(bot_id)
        self.last[bot_id] = (offset, now)
        return before is not None and before[0] == offset and now - before[1] < HASTY_LIMIT

    async def get(self, call: Call) -> Raw:
        queue = call.queue
        if call.cloud.hooks[call.bot.id].url:
            raise Refusal(409, HAS_WEBHOOK)
        queue.allow(call.get("allowed_updates"))
        offset = call.get("offset", 0)
        limit = min(max(call.get("limit", MOST), 1), MOST)
        if call.cloud.pace.on and self.hasty(call.bot.id, offset):
            limit = 1
        found = queue.take(offset, limit)
        timeout = min(max(call.get("timeout", 0), 0), LONGEST)
        if found or not timeout:
            return Raw(found)
        self.dismiss(call.bot.id, OTHER_POLLER)
        return await self.wait(call.bot.id, queue, max(offset, 0), limit, timeout)

    async def wait(self, bot_id: int, queue: Updates, offset: int, limit: int, seconds: float) -> Raw:
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while True:
            waiting = self.waiting[bot_id] = loop.create_future()
            queue.listener = partial(_end, waiting, "")
            try:
                dismissed = await asyncio.wait_for(waiting, until - loop.time())
            except TimeoutError:
                return Raw([])
            finally:
                if self.waiting.get(bot_id) is waiting:
                    del self.waiting[bot_id]
            if dismissed:
                raise Refusal(409, dismissed)
            found = queue.take(offset, limit)
            if found:
                return Raw(found)

    def stop(self) -> None:
        for waiting in self.waiting.values():
            waiting.cancel()


def _end(waiting: asyncio.Future[str], words: str) -> None:
    """Wakes who waits: with words they are sent away, without any there is something to look at."""
    if not waiting.done():
        waiting.set_result(words)


def set_webhook(call: Call, pollers: Pollers) -> bool:
    url = call.get("url", "")
    if url:
        _check_address(url)
    secret = call.get("secret_token", "")
    if not SECRET.issuperset(secret):
        raise bad("secret token contains unallowed characters")
    call.queue.allow(call.get("allowed_updates"))
    return _point(call, pollers, Hook(url=url, secret=secret, most=min(max(call.get("max_connections", 40), 1), 100)))


def delete_webhook(call: Call, pollers: Pollers) -> bool:
    return _point(call, pollers, Hook())


def _point(call: Call, pollers: Pollers, hook: Hook) -> bool:
    if call.get("drop_pending_updates"):
        call.queue.clear()
    if hook.url:
        pollers.dismiss(call.bot.id, BY_WEBHOOK)
    call.cloud.hooks[call.bot.id] = hook
    call.cloud.on_hook(call.bot)
    return True


def _check_address(url: str) -> None:
    """Telegram posts to https on four ports only; on this machine anything goes."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise bad("invalid webhook URL specified") from None
    if not parts.hostname:
        raise bad("invalid webhook URL specified")
    if parts.hostname in LOCAL:
        return
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if port is not None and port not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def webhook_info(call: Call) -> Json:
    hook = call.cloud.hooks[call.bot.id]
    info: Json = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": call.queue.pending(),
    }
    if hook.url:
        info["max_connections"] = hook.most
    if hook.last_error_date:
        info |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error_message}
    if not call.queue.has_default():
        info["allowed_updates"] = sorted(call.queue.allowed)
    return info
