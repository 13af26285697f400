"""Links to servers that say what a test tells them to."""

from dataclasses import replace
from typing import Any

from okno.config.values import ImapServer, Secret
from okno.intake.imap import ImapLink
from tests.servers.script import Script


def link_to(script: Script, **settings: Any) -> ImapLink:
    ordinary = ImapServer(
        host=script.host, port=script.port, security="plain", username="desk", password=Secret("secret")
    )
    return ImapLink(replace(ordinary, **settings), timeout=2)


def heard(script: Script, word: bytes) -> list[bytes]:
    """The client's lines with that word, without their tags."""
    return [line.partition(b" ")[2] for line in script.heard if word in line.upper()]
