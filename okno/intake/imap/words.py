"""What went wrong with a mailbox, in words that say what to check."""

import socket
import ssl

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, ProtocolError

from okno.config.values import ImapServer
from okno.errors import ChannelDown

# The first that fits; subclasses stand before what they come from.
REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (
        ssl.SSLCertVerificationError,
        "the certificate is not trusted: {error}; check imap.host, or add the server's authority to this machine",
    ),
    (ssl.SSLError, "TLS failed: {error}; check imap.port and imap.security"),
    (socket.gaierror, "the host name cannot be found ({error}); check imap.host and this machine's DNS"),
    (ConnectionRefusedError, "nobody answers on this port; check imap.host, imap.port and that the server runs"),
    (TimeoutError, "no answer in time; the server or the way to it is down or very slow"),
    (ProtocolError, "the server's answer cannot be understood: {error}"),
    (IMAPClientAbortError, "the connection ended: {error}"),
    (IMAPClientError, "the server refused: {error}"),
    (OSError, "the network failed: {error}"),
    (BaseException, "{kind}: {error}"),
)


def explained(server: ImapServer, error: BaseException) -> ChannelDown:
    """Every mishap of a link as the one error its users know."""
    where = f"IMAP {server.host}:{server.port}"
    if isinstance(error, ChannelDown):
        return ChannelDown(f"{where}: {error}", retry_after=error.retry_after)
    template = next(words for kind, words in REASONS if isinstance(error, kind))
    return ChannelDown(f"{where}: " + template.format(error=_gist(error), kind=type(error).__name__))


def _gist(error: BaseException) -> str:
    """Without the numbers and source lines that OpenSSL and the system put round it."""
    for name in ("verify_message", "reason", "strerror"):
        if gist := getattr(error, name, None):
            return str(gist)
    return str(error)
