"""Lines to the fault server: patient where every step is answered, hasty where one never is."""

import ssl
from typing import Final

from okno.config.values import Secret, Security
from okno.config.values import SmtpServer as Settings
from okno.notifier.mail.session import Timeouts
from okno.notifier.mail.smtp import SmtpLine
from tests.servers.smtp import Early, Fault, SmtpServer

PATIENT: Final = Timeouts(connect=30, command=30, data=30, block=30, end=30, probe=30)
HASTY: Final = Timeouts(connect=1, command=0.7, data=0.7, block=0.7, end=0.7, probe=0.7, quit=0.7)
RAW: Final = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: hi\r\nMessage-ID: <1@example.com>\r\n\r\nHello\r\n"
LETTER: Final = "a@example.com", "b@example.com", RAW
_MUTE: Final = (Fault.SILENT, Fault.KEPT_AND_SILENT, Fault.DEAF)


def waits(fault: Fault | Early | str | None) -> Timeouts:
    return HASTY if fault in _MUTE else PATIENT


def line_to(
    server: SmtpServer,
    *,
    security: Security = "plain",
    host: str = "127.0.0.1",
    login: tuple[str, str] = ("", ""),
    tls: ssl.SSLContext | None = None,
    timeouts: Timeouts = PATIENT,
    concurrency: int = 4,
) -> SmtpLine:
    username, password = login
    settings = Settings(host=host, port=server.port, security=security, username=username, password=Secret(password))
    return SmtpLine(settings, tls=tls, timeouts=timeouts, concurrency=concurrency)


class Phases(list[str]):
    """Remembers what a courier would commit."""

    async def __call__(self, name: str) -> None:
        self.append(name)
