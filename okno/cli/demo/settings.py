"""The configuration of the demo's service: what a reader's own config.toml would say, with the sandbox's addresses."""

from datetime import timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from okno.config.values import Config, Desk, ImapServer, Language, Line, Mailbox, Secret, SmtpServer, Staff, Telegram
from okno.sandbox.mail.host import Ports
from okno.sandbox.page import scene
from okno.sandbox.page.stage import PASSWORD
from okno.sandbox.telegram.host import TOKEN

# Long enough to see and press Recall, short enough not to wait for.
_RECALL: Final = timedelta(seconds=3)
_SETTLE: Final = timedelta(seconds=1)
_LINE: Final = "desk"


def settings(data_dir: Path, language: Language, timezone: ZoneInfo, api_url: str, ports: Ports) -> Config:
    played = scene.load(language)
    return Config(
        path=None,
        language=language,
        timezone=timezone,
        data_dir=data_dir,
        telegram=Telegram(
            token=Secret(TOKEN), api_url=api_url, staff_chat=scene.ROOM, announce_channel=str(scene.NEWS)
        ),
        desk=Desk(recall=_RECALL, settle=_SETTLE),
        mailboxes=(_mailbox(played.studio, ports),),
        lines=(Line(name=_LINE, title=(("ru", "Поддержка"), ("en", "Support"))),),
        staff=tuple(
            Staff(name=name, telegram_id=number, role=scene.ROLES[number], lines=(_LINE,), language=language)
            for number, name in _called(played)
        ),
    )


def _called(played: scene.Scene) -> list[tuple[int, str]]:
    """In the order in which they get the first tickets: after the four of the scene it is Anna's turn, whom the page
    shows.
    """
    names = played.called(scene.STAFF)
    return [(number, names[number]) for number in (scene.BORIS, scene.ANNA, scene.LENA)]


def _mailbox(name: str, ports: Ports) -> Mailbox:
    own = scene.SUPPORT
    return Mailbox(
        name="support",
        address=own,
        from_name=name,
        plus_address=True,
        imap=ImapServer(host=ports.host, port=ports.imap, security="plain", username=own, password=Secret(PASSWORD)),
        smtp=SmtpServer(host=ports.host, port=ports.smtp, security="plain"),
    )
