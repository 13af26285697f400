"""Who has a mailbox here and what lies in it; the one thing that IMAP, SMTP and the control share."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from okno.sandbox.mail.folders import Folder, Folders


class NoMailbox(LookupError):
    """There is no mailbox with this address here; add it first."""

    def __init__(self, address: str) -> None:
        super().__init__(f"no mailbox {address} here; add it first")


@dataclass(frozen=True, kw_only=True)
class Account:
    address: str
    password: str
    folders: Folders


def plain(address: str) -> str:
    """The mailbox an address belongs to: lower case, without what stands after a plus."""
    local, at, domain = address.strip().lower().rpartition("@")
    return local.partition("+")[0] + at + domain


class Mailboxes:
    """`arrived` hears the address and UID of each new mail."""

    def __init__(self, arrived: Callable[[str, int], None]) -> None:
        self._arrived = arrived
        self._accounts: dict[str, Account] = {}

    def add(self, address: str, password: str) -> Account:
        """The same address again only changes the password."""
        name = plain(address)
        known = self._accounts.get(name)
        folders = known.folders if known else Folders(lambda uid: self._arrived(name, uid))
        self._accounts[name] = account = Account(address=name, password=password, folders=folders)
        return account

    def __contains__(self, address: str) -> bool:
        return plain(address) in self._accounts

    def __getitem__(self, address: str) -> Account:
        account = self._accounts.get(plain(address))
        if account is None:
            raise NoMailbox(address)
        return account

    @property
    def all(self) -> list[Account]:
        return list(self._accounts.values())

    def inbox(self, address: str) -> Folder:
        return self[address].folders.inbox

    def lets_in(self, username: str, password: str) -> bool:
        return username in self and self[username].password == password

    def renumber(self, address: str) -> int:
        """Gives the inbox a new UIDVALIDITY, as a rebuilt server does: whoever remembers UIDs must list again."""
        inbox = self.inbox(address)
        fresh = max(inbox.uid_validity + 1, int(time.time()))
        inbox.renumber(uid_validity=fresh)
        return fresh
