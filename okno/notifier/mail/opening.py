"""Opens a connection to an SMTP server: TLS, greeting, login. Failures here are the channel's, never a letter's."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
)

from okno.config.values import SmtpServer
from okno.errors import ChannelDown
from okno.notifier.mail.replies import said

# "Not this way of logging in" as opposed to "not this password": only the first is worth another try, the second
# counts towards the server's lock-out.
_WAY_REFUSED: Final = frozenset({500, 501, 502, 504})


async def opened(server: SmtpServer, *, timeout: float, hello: str, tls: ssl.SSLContext | None) -> SMTP:  # noqa: ASYNC109 - per step, inside the library
    """A connection that is ready for MAIL. ChannelDown, with words for who set it up, when there is none to be had."""
    client = SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security == "tls",
        start_tls=False,
        tls_context=tls,
        local_hostname=hello,
        timeout=timeout,
    )
    try:
        with _told(server):
            await client.connect()
            await _greeted(client)
            if server.security == "starttls":
                await _secured(client, server)
            if server.username:
                await _logged_in(client, server)
    except BaseException:
        client.close()
        raise
    return client


async def _greeted(client: SMTP) -> None:
    try:
        await client.ehlo()
    except SMTPHeloError:
        if not client.is_connected:
            raise
        await client.helo()


async def _secured(client: SMTP, server: SmtpServer) -> None:
    if not client.supports_extension("starttls"):
        words = (
            f"{server.host} offers no STARTTLS, so nothing was said to it: somebody may be listening in between."
            " If the server really has none, set smtp.security."
        )
        raise ChannelDown(words)
    await client.starttls()
    await _greeted(client)


async def _logged_in(client: SMTP, server: SmtpServer) -> None:
    ways = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
    # Without TLS the way that hides the password comes first.
    order = ("cram-md5", "plain", "login") if server.security == "plain" else ("plain", "login", "cram-md5")
    offered = [way for way in order if way in client.server_auth_methods]
    if not offered:
        words = f"{server.host} offers no login that Okno knows; check smtp.security, or leave smtp.username empty."
        raise ChannelDown(words)
    for way in offered:
        try:
            await ways[way](server.username, server.password.reveal())
        except SMTPAuthenticationError as error:
            if error.code not in _WAY_REFUSED or way == offered[-1]:
                raise
        else:
            return


@contextmanager
def _told(server: SmtpServer) -> Iterator[None]:
    """Every failure to open becomes a ChannelDown that says what to look at."""
    place = f"{server.host}:{server.port}"
    try:
        yield
    except SMTPResponseException as error:
        raise ChannelDown(_refused(server, error)) from error
    except TimeoutError as error:
        raise ChannelDown(f"{place} did not answer in time; check smtp.host, smtp.port and smtp.security.") from error
    except (SMTPException, OSError, UnicodeError) as error:
        raise ChannelDown(_broken(place, error)) from error


def _refused(server: SmtpServer, error: SMTPResponseException) -> str:
    reply = said(error.code, error.message)
    if not isinstance(error, SMTPAuthenticationError) or 400 <= error.code < 500:  # noqa: PLR2004 - not now, RFC 5321
        return f"{server.host}:{server.port} does not take mail now: {reply}"
    return (
        f"{server.host} refused the login of {server.username}: {reply}."
        " Check smtp.username and smtp.password; many providers want a password made for programs."
    )


def _broken(place: str, error: Exception) -> str:
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        reason = cause.verify_message.strip().rstrip(".")
        return f"The certificate of {place} is not good: {reason}. Nothing was sent; check smtp.host and the clock."
    if isinstance(cause, ssl.SSLError):
        reason = cause.reason or "broken off"
        return f"TLS with {place} failed ({reason}); check smtp.security: port 465 wants tls, 587 starttls."
    if isinstance(cause, ConnectionRefusedError):
        return f"{place}: nobody answers on this port; check smtp.host, smtp.port and that the server runs."
    reason = (isinstance(cause, OSError) and cause.strerror) or str(cause)
    return f"{place} cannot be reached: {reason}; check smtp.host and smtp.port."
