"""One demo from its start to its end: says where the page is, and stops everything when told to."""

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Final

from okno.cli.demo.parts import Demo
from okno.cli.demo.place import place, report_into
from okno.config.values import Language

_PORT: Final = 8765
_BLOCK: Final[dict[Language, str]] = {
    "ru": """
  Okno, демо: {url}

  1  Напишите как клиент
  2  В группе сотрудников нажмите «Взять» и «Ответить», ответьте на вопрос бота
  3  Через три секунды ответ у клиента

  {data}
  Остановить: Ctrl-C
""",
    "en": """
  Okno, the demo: {url}

  1  Write as a client
  2  In the staff group press Take and Answer, and reply to the bot's prompt
  3  Three seconds later the client has the answer

  {data}
  To stop: Ctrl-C
""",
}
_STOPPING: Final[dict[Language, tuple[str, str]]] = {
    "ru": ("\n  Останавливаем …", "  Остановлено, ничего не осталось запущенным."),
    "en": ("\n  Stopping …", "  Stopped; nothing is left running."),
}
_DATA: Final[dict[Language, tuple[str, str]]] = {
    "ru": (
        "Данные исчезнут вместе с демо; сохранить: --keep (make demo KEEP=1)",
        "Данные лежат в {place}; начать сначала: --reset (make demo KEEP=1 RESET=1)",
    ),
    "en": (
        "The data go when the demo stops; to keep them: --keep (make demo KEEP=1)",
        "The data are in {place}; to begin anew: --reset (make demo KEEP=1 RESET=1)",
    ),
}


async def play(*, keep: bool, reset: bool, port: int | None, say: Callable[[str], None]) -> None:
    """Until SIGINT, SIGTERM, or until the terminal goes.

    With `keep` everything stays in ./demo-data; `reset` empties that first. `port` None: the usual one, or any that
    is free.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    language = _spoken()
    with place(keep=keep, reset=reset) as folder:
        report_into(folder)
        demo = Demo(folder, language, keep=keep)
        try:
            url = await demo.start([_PORT, 0] if port is None else [port])
            data = _DATA[language][keep].format(place=folder)
            say(_BLOCK[language].format(url=url, data=data))
            await demo.until(stop)
            say(_STOPPING[language][0])
        finally:
            await demo.stop()
    say(_STOPPING[language][1])


def _spoken() -> Language:
    """Of this terminal; the page speaks the browser's."""
    named = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "ru" if named.lower().startswith("ru") else "en"
