"""The socket under imaplib: bounded reading, and a cord by which another thread ends it. Knows nothing of folders."""

import imaplib
import selectors
import socket
import ssl
import threading
import time
from contextlib import suppress

from imapclient import IMAPClient

from okno.config.values import ImapServer

# One mail, or one line: the list of a folder of ten million mails.
LARGEST = 96 * 1024 * 1024
CHUNK = 256 * 1024

# A dead peer is noticed after about two minutes even where nothing is being sent.
KEEPALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))


class Cord:
    """A second handle on the line's socket. Pulling it wakes the thread that reads, at any stage, TLS or not.

    A timeout on the socket would start anew at every byte a slow server drips; whoever pulls knows the whole deadline.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handle: socket.socket | None = None
        self._pulled = False

    def tie(self, line: socket.socket) -> None:
        with self._lock:
            if self._pulled:
                raise ConnectionAbortedError("the link was closed while it was being opened")
            self._handle = line.dup()

    def pull(self) -> None:
        with self._lock:
            self._pulled = True
            if self._handle is None:
                return
            # Where the other side was quicker the reader sees the end all the same.
            with suppress(OSError):
                self._handle.shutdown(socket.SHUT_RDWR)
            self._handle.close()
            self._handle = None

    @property
    def pulled(self) -> bool:
        return self._pulled


class Wire(imaplib.IMAP4):
    """imaplib over its own buffer, so that what has arrived is known without asking the socket."""

    def __init__(self, server: ImapServer, cord: Cord, tls: ssl.SSLContext | None, timeout: float) -> None:
        self._cord = cord
        self._tls = tls
        self._buffer = bytearray()
        self._source: socket.socket | None = None
        self._news = True
        super().__init__(server.host, server.port, timeout)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        line = socket.create_connection((self.host, self.port), timeout)
        try:
            # IMAPClient sends a command in pieces; unless told so the system holds the second back for 40 ms.
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in KEEPALIVE:
                if hasattr(socket, name):
                    line.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
            self._cord.tie(line)
            line.settimeout(None)
            return self._tls.wrap_socket(line, server_hostname=self.host) if self._tls else line
        except BaseException:
            line.close()
            raise

    def readline(self) -> bytes:
        seen = 0
        self._check_source()
        while (end := self._buffer.find(b"\n", seen)) < 0:
            seen = len(self._buffer)
            self._fill()
        return self._take(end + 1)

    def read(self, size: int) -> bytes:
        if size > LARGEST:
            raise self.abort(f"the server wants to send {size} bytes at once; the limit is {LARGEST}")
        self._check_source()
        while len(self._buffer) < size:
            self._fill()
        return self._take(size)

    def has_news(self) -> bool:
        """Mail was announced since `forget_news`; also before the first."""
        return self._news

    def forget_news(self) -> None:
        self._news = False

    def line_ready(self, until: float) -> bool:
        """Waits for a whole line till that instant of the monotonic clock."""
        self._check_source()
        while b"\n" not in self._buffer:
            if not self._readable(until - time.monotonic()):
                return False
            self._sip()
        return True

    def _readable(self, seconds: float) -> bool:
        if isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
            return True
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.sock, selectors.EVENT_READ)
            return bool(waiting.select(max(0.0, seconds)))

    def _sip(self) -> None:
        # TLS may have had something to say to itself only; a blocking read would then wait for the next mail.
        self.sock.setblocking(False)
        try:
            self._fill()
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
        finally:
            self.sock.setblocking(True)

    def _fill(self) -> None:
        data = self.sock.recv(CHUNK)
        if not data:
            raise self.abort("the server closed the connection")
        self._buffer += data
        if len(self._buffer) > LARGEST:
            raise self.abort(f"the server sends more than {LARGEST} bytes at once")

    def _take(self, size: int) -> bytes:
        taken = bytes(memoryview(self._buffer)[:size])
        del self._buffer[:size]
        return taken

    def _check_source(self) -> None:
        """What was sent in the clear before STARTTLS must never be read as if it had come through TLS."""
        if self._source is self.sock:
            return
        if self._buffer:
            raise self.abort("the server, or somebody on the way, sent words before TLS began")
        self._source = self.sock

    def _append_untagged(self, typ: str, dat: bytes) -> None:
        # A new mail may be announced in the middle of any command, and IDLE does not repeat it.
        if typ == "EXISTS":
            self._news = True
        super()._append_untagged(typ, dat)  # type: ignore[misc]


class Client(IMAPClient):  # type: ignore[misc]  # it has no types of its own
    """IMAPClient on our wire."""

    def __init__(self, server: ImapServer, cord: Cord, tls: ssl.SSLContext | None, timeout: float) -> None:
        self._server = server
        self._cord = cord
        self.context = tls
        self._seconds = timeout
        super().__init__(server.host, server.port, ssl=server.security == "tls", ssl_context=tls)
        self.normalise_times = False
        # IMAPClient turns on imaplib's tracing, which formats every byte of every mail even when nobody reads it.
        self._imap.debug = 0

    def _create_IMAP4(self) -> Wire:  # noqa: N802 - the name IMAPClient gives it
        return Wire(self._server, self._cord, self.context if self.ssl else None, self._seconds)

    def _set_read_timeout(self) -> None:
        """The cord is the deadline."""

    @property
    def wire(self) -> Wire:
        wire: Wire = self._imap
        return wire
