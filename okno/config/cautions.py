"""What is allowed but probably not meant, as a list of small rules. None of it stops Okno; it is shown at the start."""

import shlex
from collections.abc import Callable, Iterator

from okno.config.network import loopback
from okno.config.positions import Key
from okno.config.report import Report
from okno.config.shape import dotted, leaves, root
from okno.config.values import Config, ImapServer, Secret, SmtpServer

Found = Iterator[tuple[Key, str]]
Caution = Callable[[Config, Report], Found]

# The port on which a server speaks TLS from the first byte, and those where it begins in the clear.
_TLS_PORTS = {"imap": (993,), "smtp": (465,)}
_CLEAR_PORTS = {"imap": (143,), "smtp": (25, 587)}


def doubt(config: Config, report: Report) -> None:
    for caution in _CAUTIONS:
        for key, words in caution(config, report):
            report.caution(key, words)


def _readable(_: Config, report: Report) -> Found:
    """Not a refusal, as it is for a secret's own file: a file under version control cannot keep such a mode."""
    inline = [key for key in report.document.lines if dotted(key) in _secrets() and _held(report, key)]
    if inline and report.document.exposed:
        path = shlex.quote(report.document.name)
        yield inline[0], f"a secret stands here, and others can read this file; run: chmod 600 {path}"


def _held(report: Report, key: Key) -> bool:
    here: object = report.document.tree
    for part in key:
        here = here[part]  # type: ignore[index]
    return bool(here) and key not in report.variables


def _secrets() -> set[str]:
    return {".".join(path) for path, leaf in leaves(root()) if leaf.kind is Secret}


def _channels(config: Config, _: Report) -> Found:
    if not config.telegram.token and not config.mailboxes:
        yield (), "there is neither a telegram.token nor a [[mailbox]]; nothing can arrive until one is set"
    elif config.telegram.token and not config.telegram.staff_chat:
        yield ("telegram", "staff_chat"), "is not set; staff see requests in no group until it is"


def _halves(config: Config, _: Report) -> Found:
    for index, mailbox in enumerate(config.mailboxes):
        if not mailbox.imap.host:
            yield ("mailbox", index, "imap"), "has no host; no mail is fetched from this mailbox"
        if not mailbox.smtp.host:
            yield ("mailbox", index, "smtp"), "has no host; nobody who writes to this mailbox can be answered by mail"


def _security(config: Config, _: Report) -> Found:
    for index, mailbox in enumerate(config.mailboxes):
        for kind, server in (("imap", mailbox.imap), ("smtp", mailbox.smtp)):
            words = _doubted(kind, server)
            if words:
                yield ("mailbox", index, kind, "security"), words


def _doubted(kind: str, server: ImapServer | SmtpServer) -> str:
    if not server.host:
        return ""
    if server.security == "plain" and not loopback(server.host):
        return 'is "plain"; the password and all mail cross the network readable, write "tls" or "starttls"'
    if server.security == "tls" and server.port in _CLEAR_PORTS[kind]:
        return f'is "tls", but port {server.port} as a rule wants "starttls"; or port {_TLS_PORTS[kind][0]}'
    if server.security == "starttls" and server.port in _TLS_PORTS[kind]:
        return f'is "starttls", but port {server.port} as a rule wants "tls"; or port {_CLEAR_PORTS[kind][-1]}'
    return ""


_CAUTIONS: tuple[Caution, ...] = (_readable, _channels, _halves, _security)
