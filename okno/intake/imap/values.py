"""What the IMAP link hands out."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Folder:
    """The selected folder. Without `writable` the account may look but not mark, move or delete."""

    uidvalidity: int
    uidnext: int
    exists: int
    idle: bool
    writable: bool = True


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A mail as the server gave it; `internaldate` is UTC. `raw` is None when the mail is no longer there."""

    uid: int
    internaldate: datetime
    size: int
    raw: bytes | None
