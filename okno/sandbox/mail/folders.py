"""One user's folders in memory, as pymap wants them; what pymap does less exactly than a real server is mended here."""

from collections.abc import Callable
from datetime import UTC, datetime

from pymap.backend.dict.mailbox import MailboxData, MailboxSet, Message
from pymap.concurrent import Event
from pymap.mime import MessageBody, MessageContent, MessageHeader
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import Flag, ObjectId
from pymap.selected import SelectedMailbox

Arrived = Callable[[int], None]


def content(raw: bytes) -> MessageContent:
    """The mail for FETCH: all its bytes, and its MIME parts where they can be told apart."""
    try:
        parsed = MessageContent.parse(raw)
    except Exception:  # noqa: BLE001 - hostile mails break the parser in many ways; BODY[] must be served all the same
        whole = [(0, len(raw), len(raw))]
        plain = MessageBody._parse_content_type("text/plain")
        parsed = MessageContent(raw, MessageHeader(raw, [], []), MessageBody(raw, whole, plain, []))
    # pymap counts from its parsed lines and loses the last byte of a mail that has no body.
    parsed._raw = memoryview(raw)
    return parsed


class Folder(MailboxData):
    """`arrived` hears the UID of each new mail."""

    def __init__(self, owner: "Folders", arrived: Arrived | None = None) -> None:
        super().__init__(owner._content_cache, owner._thread_cache)
        self._arrived = arrived

    async def append(self, append_msg: AppendMessage, *, recent: bool = False) -> Message:
        return self.put(append_msg.literal, at=append_msg.when, flags=append_msg.flag_set, recent=recent)

    def put(
        self,
        raw: bytes,
        *,
        at: datetime | None = None,
        flags: frozenset[Flag] = frozenset(),
        uid: int | None = None,
        recent: bool = True,
    ) -> Message:
        """Without waiting, so that a mail is either here and announced or not here at all."""
        whole = content(raw)
        message = Message(
            uid or self._max_uid + 1,
            at or datetime.now(UTC),
            flags,
            email_id=self._content_cache.add(whole),
            thread_id=ObjectId.random_thread_id(),
            recent=recent,
            content=whole,
        )
        self._max_uid = max(self._max_uid, message.uid)
        self._messages[message.uid] = message
        self._mod_sequences.update([message.uid])
        self._updated.set()
        if self._arrived:
            self._arrived(message.uid)
        return message

    async def update_selected(self, selected: SelectedMailbox, *, wait_on: Event | None = None) -> SelectedMailbox:
        # pymap waits in IDLE for the next change even when one came between the last command and IDLE.
        if selected.mod_sequence != self._mod_sequences.highest:
            wait_on = None
        return await super().update_selected(selected, wait_on=wait_on)

    @property
    def stored(self) -> list[Message]:
        return sorted(self._messages.values(), key=lambda message: message.uid)

    @property
    def max_uid(self) -> int:
        return self._max_uid

    def renumber(self, *, uid_validity: int, max_uid: int = 0) -> None:
        self._uid_validity = uid_validity
        self._max_uid = max(max_uid, self._max_uid)


class Folders(MailboxSet):
    """The folders of one user; only the inbox tells of new mail."""

    def __init__(self, arrived: Arrived) -> None:
        super().__init__()
        self.inbox = Folder(self, arrived)
        self._inbox = self.inbox

    @property
    def named(self) -> dict[str, Folder]:
        others = {name: folder for name, folder in self._set.items() if isinstance(folder, Folder)}
        return {"INBOX": self.inbox, **others}

    async def add_mailbox(self, name: str) -> ObjectId:
        if name in self._set:
            raise ValueError(name)
        return self.make(name).mailbox_id

    def make(self, name: str) -> Folder:
        folder = Folder(self)
        self._set[name] = folder
        return folder

    async def rename_mailbox(self, before: str, after: str) -> None:
        if before.upper() == "INBOX":
            # pymap would put a plain folder in its place, one that nobody delivers to.
            raise ValueError(after)
        await super().rename_mailbox(before, after)
