"""The mailbox on the other side, as asyncio sees it. Nothing here knows what becomes of a mail."""

from okno.intake.imap.link import ImapLink
from okno.intake.imap.values import Fetched, Folder
from okno.intake.imap.wire import LARGEST

__all__ = ["LARGEST", "Fetched", "Folder", "ImapLink"]
