"""The mail server of the benchmark: a private Dovecot where the machine has one, else the sandbox's IMAP.

Either runs in processes of its own. Mails lie in it before a run begins, or are put in one by one.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Protocol

from bench.side import Side
from okno.sandbox.mail.host import MailHost
from tests.servers.dovecot import PASSWORD, Dovecot, User, binary

SLOW: Final = 300.0


class Post(Protocol):
    name: str
    port: int
    password: str

    def add(self, user: str) -> None: ...

    def put(self, user: str, mails: Sequence[bytes]) -> None: ...


class RealPost:
    """Mails are written straight into the maildir."""

    name = "Dovecot"
    password = PASSWORD

    def __init__(self, server: Dovecot) -> None:
        self._server = server
        self._users: dict[str, User] = {}
        self.port = server.port

    def add(self, user: str) -> None:
        self._users[user] = self._server.add_user(user)

    def put(self, user: str, mails: Sequence[bytes]) -> None:
        self._server.deliver(self._users[user], *mails)


class SandboxPost:
    name = "the sandbox's IMAP"
    password = PASSWORD

    def __init__(self, host: Side, port: int) -> None:
        self._host = host
        self.port = port

    def add(self, user: str) -> None:
        self._host.ask("add", user, PASSWORD)

    def put(self, user: str, mails: Sequence[bytes]) -> None:
        self._host.ask("put", user, mails, seconds=SLOW)


class Host:
    """The sandbox's mail host, asked from outside."""

    def __init__(self) -> None:
        self._host = MailHost()

    async def start(self) -> int:
        return (await self._host.start()).imap

    async def add(self, user: str, password: str) -> None:
        self._host.add_mailbox(user, password)

    async def put(self, user: str, mails: Sequence[bytes]) -> None:
        for raw in mails:
            self._host.deliver(user, raw)


@contextmanager
def opened() -> Iterator[Post]:
    if binary("dovecot"):
        with Dovecot() as server:
            yield RealPost(server)
        return
    with Side(Host) as host:
        yield SandboxPost(host, host.ask("start"))
