"""Whether an address, a host, a URL or a database's URL can be what it says. Nothing is looked up or called.

Each takes a value and gives it back, mended where there is one way to mend it, or raises Wrong.
"""

import ipaddress
import re
import unicodedata
from urllib.parse import SplitResult, parse_qs, urlsplit

from okno.config.quoting import printable, shown
from okno.config.values import Secret
from okno.config.wrong import Wrong

ASYNCPG = "postgresql+asyncpg"
_POSTGRES = ("postgresql", "postgres", ASYNCPG)

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[^\W_](?:[^\W_]|-){0,61}[^\W_]|[^\W_]")
_SERVICE_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})")  # container names may hold an underscore
_LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
_LAST_PORT = 65535


def address(text: str) -> str:
    local, at, domain = text.rpartition("@")
    if "<" in text:
        raise Wrong(f"{shown(text)} is more than an address; write only what stands between < and >")
    if not at or not local or not domain:
        raise Wrong(f'{shown(text)} is not an e-mail address; write one like "support@example.com"')
    _latin(local, text)
    if len(text) > _LONGEST_ADDRESS or not _LOCAL.fullmatch(local) or not _domain(domain):
        raise Wrong(f'{shown(text)} is not an e-mail address; write one like "support@example.com"')
    return text


def host(text: str) -> str:
    """Empty is for the caller to judge."""
    if "://" in text or "/" in text:
        raise Wrong(f'{shown(text)} is a URL; write only the host, like "mail.example.com"')
    if "@" in text:
        raise Wrong(f'{shown(text)} is an e-mail address; write the host of its server, like "mail.example.com"')
    if not text or _ip(text.strip("[]")):
        return text.strip("[]")
    if ":" in text:
        raise Wrong(f"{shown(text)} holds a port; write the host here and the number under port")
    if not all(
        _LABEL.fullmatch(label) or _SERVICE_LABEL.fullmatch(label) for label in text.removesuffix(".").split(".")
    ):
        raise Wrong(f'{shown(text)} is not a host name; write one like "mail.example.com"')
    return text


def port(number: int) -> int:
    if not 0 < number <= _LAST_PORT:
        raise Wrong(f"{number} is not a port; write a number from 1 to {_LAST_PORT}")
    return number


def listen(text: str) -> str:
    if not text:
        return text
    name, colon, number = text.rpartition(":")
    if not colon or not number.isascii() or not number.isdigit():
        raise Wrong(f'{shown(text)} is not "host:port"; write one like "127.0.0.1:8080"')
    port(int(number[:6]))
    if not name:
        raise Wrong(
            f'{shown(text)} has no host; write "127.0.0.1{text}", or "0.0.0.0{text}" to be reached from outside'
        )
    if ":" in name and not (name.startswith("[") and name.endswith("]")):
        raise Wrong(f'{shown(text)} is unclear; write an IPv6 host in brackets, like "[::1]:8080"')
    host(name)
    return text


def web(text: str, schemes: tuple[str, ...]) -> str:
    """Never shown: a proxy's URL holds a password, and a webhook's may hold a secret path."""
    words = " or ".join(f"{scheme}://" for scheme in schemes)
    url = _split(text)
    if url is None or url.scheme not in schemes or not url.hostname:
        raise Wrong(f"is not a URL; write one that begins with {words}, then a host")
    return text


def database(url: Secret) -> Secret:
    """PostgreSQL by any of its names becomes the one that our driver answers to."""
    text = url.reveal()
    if not text:
        return url
    scheme, colon, rest = text.partition("://")
    if scheme.startswith("sqlite"):
        raise Wrong('names SQLite; leave url = "" for that: the store is then okno.db in data_dir')
    if not colon or scheme not in _POSTGRES:
        raise Wrong(f"is not a database Okno can use; write {ASYNCPG}://user@host/name, or leave it empty")
    parts = _split(f"{ASYNCPG}://{rest}")
    if parts is None or parts.netloc.count("@") > 1:
        raise Wrong("cannot be understood; in its password write @ as %40, / as %2F, : as %3A and # as %23")
    query = parse_qs(parts.query)
    if "sslmode" in query:
        raise Wrong(f"says sslmode, which our driver calls ssl; write ?ssl={query['sslmode'][0]} instead")
    if not parts.hostname and "host" not in query:
        raise Wrong(f"names no host; write {ASYNCPG}://user@host/name")
    if len(parts.path) < len("/n"):
        raise Wrong(f"names no database; write {ASYNCPG}://user@host/name")
    return Secret(f"{ASYNCPG}://{rest}")


def loopback(name: str) -> bool:
    found = _ip(name)
    return name == "localhost" or bool(found and found.is_loopback)


def split(text: str) -> SplitResult:
    """For a URL that `web` has let through."""
    return urlsplit(text)


def _split(text: str) -> SplitResult | None:
    """None where the port is not a number, a bracket is missing, or a space stands inside."""
    try:
        parts = urlsplit(text)
        fine = parts.port != 0 and not any(letter.isspace() for letter in text)
    except ValueError:
        return None
    return parts if fine else None


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _domain(text: str) -> bool:
    labels = text.split(".")
    for label in labels:
        _one_script(label, text)
    return all(_LABEL.fullmatch(label) for label in labels) and (len(labels) > 1 or text == "localhost")


def _latin(local: str, text: str) -> None:
    strange = next((letter for letter in local if not letter.isascii()), "")
    if strange:
        raise Wrong(f"{shown(text)} holds {_named(strange)} before the @; type it again in Latin letters")


def _one_script(label: str, text: str) -> None:
    """A Cyrillic о in a Latin word looks right and reaches nobody."""
    strange = next((letter for letter in label if unicodedata.name(letter, "").startswith("CYRILLIC")), "")
    if strange and any(letter.isascii() and letter.isalpha() for letter in label):
        raise Wrong(f"{shown(text)} mixes Latin letters with {_named(strange)}; type it again")


def _named(letter: str) -> str:
    return f"{printable(letter)} ({unicodedata.name(letter, 'a strange letter').title()})"
