"""A Telegram on this machine: the Bot API over HTTP with the real server's manners, and people to act in it.

botapi.json is derived from PaulSonOfLars/telegram-bot-api-spec (MIT licence), Bot API 10.1.
"""

from okno.sandbox.telegram.host import TOKEN, Telegram
from okno.sandbox.telegram.refusal import Misuse

__all__ = ["TOKEN", "Misuse", "Telegram"]
