"""pymap as the IMAP side of the mail host, in this process and on its event loop; it keeps no mail of its own."""

import asyncio
import logging
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from secrets import compare_digest

from proxyprotocol.noop import ProxyProtocolNoop
from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import Config, Identity, Login, Session
from pymap.backend.dict.filter import FilterSet
from pymap.concurrent import Subsystem
from pymap.exceptions import InvalidAuth, UserNotFound
from pymap.imap import IMAPServer
from pymap.user import UserMetadata
from pysasl.creds.server import ServerCredentials
from pysasl.hashing import Cleartext

from okno.sandbox.mail.mailboxes import Mailboxes

log = logging.getLogger(__name__)


class _Settings(Config):
    @property
    def greeting(self) -> bytes:
        # pymap asks the resolver for the machine's full name at every greeting.
        return b"Okno sandbox ready"


class _Clear(Cleartext):
    def verify(self, secret: str, hash: str) -> bool:  # noqa: A002 - the name pysasl gives it
        # As bytes: compare_digest refuses strings that are not ASCII.
        return compare_digest(secret.encode(), hash.encode())


class _User(Identity):
    def __init__(self, name: str, login: "_Login") -> None:
        super().__init__(name, login, None, frozenset())
        self._mailboxes = login.mailboxes

    @asynccontextmanager
    async def new_session(self) -> AsyncIterator[Session]:
        yield Session(self.name, self.config, self._mailboxes[self.name].folders, FilterSet())

    async def get(self) -> UserMetadata:
        if self.name not in self._mailboxes:
            raise UserNotFound(self.name)
        account = self._mailboxes[self.name]
        return UserMetadata(self.config, self.name, password=account.password)


class _Login(Login):
    def __init__(self, config: Config, mailboxes: Mailboxes) -> None:
        super().__init__(config)
        self.mailboxes = mailboxes

    async def authenticate(self, credentials: ServerCredentials) -> Identity:
        user = _User(credentials.authcid, self)
        if credentials.authcid not in self.mailboxes or not credentials.verify(await user.get()):
            raise InvalidAuth
        return user

    async def authorize(self, authenticated: Identity, authzid: str) -> Identity:  # type: ignore[override]
        if authenticated.name != authzid:
            raise InvalidAuth
        return authenticated


class Imap:
    """LOGIN and AUTHENTICATE PLAIN without TLS: it is for loopback only."""

    def __init__(self, mailboxes: Mailboxes) -> None:
        settings = _Settings(
            Namespace(passlib_cfg=None, proxy_protocol=None),
            host=None,
            port=0,
            demo_data=False,
            demo_user="",
            demo_password="",
            tls_enabled=False,
            hash_context=_Clear(),
            cpu_subsystem=Subsystem.for_asyncio(),
            proxy_protocol=ProxyProtocolNoop(),
        )
        self._talk = IMAPServer(_Login(settings, mailboxes), settings)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def start(self, host: str, port: int = 0) -> int:
        self._server = await asyncio.start_server(self._serve, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self._server:
            self._server.close()
            await self.hang_up()
            await self._server.wait_closed()
            self._server = None

    async def hang_up(self) -> None:
        """Says BYE on every open connection."""
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._open.add(task)
        try:
            await self._talk(reader, writer, SocketInfoLocal(writer))
        except Exception:
            log.exception("an IMAP connection of the sandbox broke")
        finally:
            self._open.discard(task)
            writer.close()
