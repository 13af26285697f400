"""Whether tokens, chats and people can be Telegram's. Telegram itself is asked by `okno check`, not here.

Each takes a value and gives it back, mended where there is one way to mend it, or raises Wrong.
"""

import re

from okno.config.network import split, web
from okno.config.quoting import shown
from okno.config.values import Secret
from okno.config.wrong import Wrong

OFFICIAL = "api.telegram.org"
WEBHOOK_PORTS = (443, 80, 88, 8443)  # Bot API, setWebhook

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_NAME = re.compile(r"@?[A-Za-z][A-Za-z0-9_]{3,31}")
_LINK = re.compile(r"(?:https?://)?t(?:elegram)?\.me/([A-Za-z][A-Za-z0-9_]{3,31})/?")
_NUMBER = re.compile(r"[+-]?[0-9]{1,17}")
_SHORTEST_SECRET = 32  # ours: it is the only thing that tells Telegram from anybody else
_LONGEST_SECRET = 256  # Bot API, setWebhook
_MAKE = "make one with: openssl rand -hex 32"
_LAST_ID = 2**52  # Bot API: "at most 52 significant bits"
_SUPERGROUP = 10**12  # the ids of supergroups and channels are -100 and ten digits or more


def token(value: Secret) -> Secret:
    if value and not _TOKEN.fullmatch(value.reveal()):
        raise Wrong("is not a bot's token; copy it whole from @BotFather, it looks like 123456789:AAE…")
    return value


def secret(value: Secret) -> Secret:
    text = value.reveal()
    if not text:
        return value
    if not _SECRET.fullmatch(text):
        raise Wrong("holds a character that Telegram refuses; use only A-Z, a-z, 0-9, _ and -")
    if len(text) < _SHORTEST_SECRET:
        raise Wrong(f"is shorter than {_SHORTEST_SECRET} characters; {_MAKE}")
    if len(text) > _LONGEST_SECRET:
        raise Wrong(f"is longer than the {_LONGEST_SECRET} characters that Telegram takes; {_MAKE}")
    return value


def api(text: str) -> str:
    text = web(text, ("https", "http"))
    if "/bot" in split(text).path:
        raise Wrong('holds the address of a bot; write only the server, like "https://api.telegram.org"')
    return text.rstrip("/")


def webhook(text: str) -> str:
    return web(text, ("https", "http")) if text else text


def proxy(text: str) -> str:
    return web(text, ("socks5", "socks4", "http")) if text else text


def chat(number: int) -> int:
    if number > 0:
        advice = (
            f"write -{number}" if str(number).startswith("100") and number > _SUPERGROUP else "write it with its minus"
        )
        raise Wrong(f"{number} is positive, but ids of supergroups begin with -100; {advice}")
    return _bounded(number)


def person(number: int) -> int:
    if number <= 0:
        raise Wrong(f"{number} is not a person's id, which is positive; groups and channels have the negative ones")
    return _bounded(number)


def channel(text: str) -> str:
    """A channel by its public name or its id."""
    if not text:
        return text
    if _NUMBER.fullmatch(text):
        return str(chat(int(text)))
    link = _LINK.fullmatch(text)
    if link or (_NAME.fullmatch(text) and not text.startswith("@")):
        name = link[1] if link else text
        raise Wrong(f'{shown(text)} is not how a channel is named here; write "@{name}"')
    if not _NAME.fullmatch(text):
        raise Wrong(
            f'{shown(text)} is not a channel; write its public name like "@news", or its id like -1001234567890'
        )
    return text


def _bounded(number: int) -> int:
    if abs(number) >= _LAST_ID:
        raise Wrong(f"{number} is larger than any id of Telegram; copy it again")
    return number
