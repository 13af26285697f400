"""Getting in: TLS where it was asked for, then name and password in a form every server understands."""

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from okno.config.values import ImapServer
from okno.errors import ChannelDown
from okno.intake.imap.wire import Client, Wire

# Providers lock an account after a few wrong passwords in a row.
REFUSED_PAUSE = 300.0


def secure(client: Client) -> None:
    """STARTTLS or nothing: a server, or somebody on the way, that does not offer it gets no password."""
    if client.wire.state != "NONAUTH":
        raise ChannelDown(
            "the server opened the session before TLS could begin (PREAUTH); set imap.security to tls, with its port"
        )
    if not client.has_capability("STARTTLS"):
        raise ChannelDown("the server offers no STARTTLS; set imap.security to tls (usually with imap.port = 993)")
    client.starttls(client.context)


def log_in(client: Client, server: ImapServer) -> None:
    if client.wire.state != "NONAUTH":
        # PREAUTH: the server knows us already, by certificate or by address.
        return
    try:
        _present(client, server.username, server.password.reveal())
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        raise ChannelDown(
            f"the server refused the login of {server.username}: {_words(error)}; check imap.username and"
            " imap.password (many providers want IMAP switched on and a password made for programs)",
            # RFC 5530: the server itself has trouble, the password may be right.
            retry_after=None if "[UNAVAILABLE]" in str(error).upper() else REFUSED_PAUSE,
        ) from error


def _present(client: Client, username: str, password: str) -> None:
    login = not client.has_capability("LOGINDISABLED")
    if login and username.isascii() and password.isascii():
        _login(client.wire, username, password)
    elif client.has_capability("AUTH=PLAIN"):
        client.plain_login(username, password)
    elif login:
        _login(client.wire, username, password)
    else:
        raise ChannelDown("the server takes no password on this connection; set imap.security to tls or starttls")


def _login(wire: Wire, username: str, password: str) -> None:
    """By hand: imaplib leaves the name unquoted and knows only ASCII, IMAPClient puts two spaces between literals."""
    tag = wire._new_tag()
    line = tag + b" LOGIN"
    for value in (username, password):
        quoted = _quoted(value)
        if quoted is not None:
            line += b" " + quoted
            continue
        data = value.encode()
        wire.send(line + b" {%d}\r\n" % len(data))
        if not _may_go_on(wire, tag):
            break
        line = data
    else:
        wire.send(line + b"\r\n")
    state, words = wire._command_complete("LOGIN", tag)
    if state != "OK":
        raise IMAPClientError(words[0].decode("utf-8", "replace"))
    wire.state = "AUTH"


def _may_go_on(wire: Wire, tag: bytes) -> bool:
    while wire._get_response() is not None:
        if wire.tagged_commands[tag]:
            return False
    return True


def _quoted(value: str) -> bytes | None:
    """None where RFC 3501 wants a literal."""
    if not value.isascii() or set(value) & set("\r\n\0"):
        return None
    return b'"' + value.replace("\\", "\\\\").replace('"', '\\"').encode() + b'"'


def _words(error: IMAPClientError) -> str:
    text = str(error)
    return text[2:-1] if text.startswith(("b'", 'b"')) else text
