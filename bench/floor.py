"""The floor: the least a program must do to keep what arrives, with nothing but the standard library.

A fixed schema (journal, message, event, ticket, letter), compat32 parse, raw mail and attachments to synced files,
plain sqlite3 in WAL with FULL synchronisation, a commit for each mail or update. It decides nothing and recovers from
nothing.
"""

import asyncio
import http.client
import imaplib
import json
import os
import sqlite3
import time
from collections.abc import Iterable, Sequence
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

import imapclient

from bench import mix
from bench.load import Load
from bench.meter import Meter, Taken
from bench.report import Figure, alone
from bench.side import Side

SCHEMA: Final = """
CREATE TABLE journal (id INTEGER PRIMARY KEY, external_id TEXT UNIQUE, kind TEXT, payload BLOB, file TEXT, at INTEGER);
CREATE TABLE ticket (id INTEGER PRIMARY KEY, status TEXT, subject TEXT, requester TEXT, at INTEGER);
CREATE INDEX ticket_requester ON ticket (requester);
CREATE TABLE message (
  id INTEGER PRIMARY KEY, ticket INTEGER REFERENCES ticket, external_id TEXT, sender TEXT, text TEXT, files TEXT,
  at INTEGER);
CREATE INDEX message_external ON message (external_id);
CREATE TABLE event (id INTEGER PRIMARY KEY, ticket INTEGER REFERENCES ticket, kind TEXT, at INTEGER);
CREATE TABLE letter (id INTEGER PRIMARY KEY, ticket INTEGER REFERENCES ticket, recipient TEXT, template TEXT,
  state TEXT);
"""
_FETCH: Final = 50


class Desk:
    """Rows and files of the floor in one folder."""

    def __init__(self, folder: Path) -> None:
        self._files = folder / "files"
        self._files.mkdir(parents=True)
        self.rows = sqlite3.connect(folder / "okno.db", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self.rows.execute(f"PRAGMA {pragma}")
        self.rows.executescript(SCHEMA)

    def take_mail(self, raw: bytes) -> None:
        file = self._keep(raw)
        mail = message_from_bytes(raw)
        text, files = self._read(mail)
        sender = parseaddr(str(mail["From"]))[1]
        subject = str(make_header(decode_header(str(mail["Subject"]))))
        run = self.rows.execute
        run("BEGIN IMMEDIATE")
        now = int(time.time() * 1000)
        known = run("SELECT ticket FROM message WHERE external_id=?", (mail["In-Reply-To"],)).fetchone()
        run("INSERT INTO journal VALUES (NULL,?,'mail',NULL,?,?)", (file, file, now))
        self._file(known, subject, sender, str(mail["Message-ID"]), text, files, now)
        run("COMMIT")

    def take_update(self, update: dict[str, Any]) -> None:
        message = update["message"]
        chat, payload = str(message["chat"]["id"]), json.dumps(update)
        run = self.rows.execute
        run("BEGIN IMMEDIATE")
        now = int(time.time() * 1000)
        known = run("SELECT id FROM ticket WHERE requester=? ORDER BY id DESC LIMIT 1", (chat,)).fetchone()
        run("INSERT INTO journal VALUES (NULL,?,'update',?,NULL,?)", (str(update["update_id"]), payload, now))
        words = str(message.get("text") or "")
        self._file(known, words[:120], chat, f"{chat}/{message['message_id']}", words, [], now)
        run("COMMIT")

    def _file(
        self, known: tuple[int] | None, subject: str, who: str, identity: str, text: str, files: Sequence[str], now: int
    ) -> None:
        run = self.rows.execute
        if known is None:
            key = run("INSERT INTO ticket VALUES (NULL,'new',?,?,?)", (subject, who, now)).lastrowid
        else:
            key = known[0]
            run("UPDATE ticket SET at=? WHERE id=?", (now, key))
        values = (key, identity, who, text, json.dumps(files), now)
        run("INSERT INTO message VALUES (NULL,?,?,?,?,?,?)", values)
        run("INSERT INTO event VALUES (NULL,?,?,?)", (key, "wrote" if known else "created", now))
        run("INSERT INTO letter VALUES (NULL,?,?,'receipt','queued')", (key, who))

    def _read(self, mail: Message) -> tuple[str, list[str]]:
        text, files = "", []
        for part in mail.walk():
            if part.is_multipart():
                continue
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            if part.get_filename():
                files.append(self._keep(content))
            elif part.get_content_type() == "text/plain" or not text:
                text = content.decode(part.get_content_charset() or "utf-8", "replace")
        return text, files

    def _keep(self, content: bytes) -> str:
        name = sha256(content).hexdigest()
        with (self._files / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return name


class Floor:
    """Runs in a process of its own; each run gets a fresh folder."""

    def __init__(self) -> None:
        self._stop = Event()
        self._thread = Thread()

    async def mails(self, folder: Path, raws: Sequence[bytes]) -> Taken:
        """From bytes in memory."""
        desk, meter = Desk(folder), Meter()
        for raw in raws:
            desk.take_mail(raw)
        desk.rows.close()
        return meter.taken(len(raws))

    async def mailbox(self, folder: Path, port: int, user: str, password: str) -> Taken:
        """The same mails fetched from an IMAP server."""
        desk, meter, count = Desk(folder), Meter(), 0
        for raw in _fetched(port, user, password):
            desk.take_mail(raw)
            count += 1
        desk.rows.close()
        return meter.taken(count)

    async def watch(self, folder: Path, port: int, user: str, password: str) -> None:
        """Takes mails one at a time as the server tells of them, in a thread, until `stop`."""
        self._stop.clear()
        self._thread = Thread(target=_watch, args=(folder, port, user, password, self._stop), daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        self._stop.set()
        await asyncio.to_thread(self._thread.join)

    async def updates(self, folder: Path, url: str, token: str, count: int) -> Taken:
        """By getUpdates, 100 at a time."""
        desk, meter = Desk(folder), Meter()
        line = http.client.HTTPConnection(url.removeprefix("http://"))
        done = offset = 0
        while done < count:
            line.request("GET", f"/bot{token}/getUpdates?offset={offset}&limit=100&timeout=20")
            for update in json.loads(line.getresponse().read())["result"]:
                desk.take_update(update)
                offset, done = update["update_id"] + 1, done + 1
        desk.rows.close()
        return meter.taken(count)


def _watch(folder: Path, port: int, user: str, password: str, stop: Event) -> None:
    desk = Desk(folder)
    with imapclient.IMAPClient("127.0.0.1", port, ssl=False) as line:
        line.login(user, password)
        line.select_folder("INBOX")
        last = 0
        while not stop.is_set():
            fresh = [uid for uid in line.search(["UID", f"{last + 1}:*"]) if uid > last]
            for uid, found in line.fetch(fresh, ["BODY.PEEK[]"]).items() if fresh else ():
                desk.take_mail(found[b"BODY[]"])
                last = max(last, uid)
            line.idle()
            line.idle_check(timeout=1)
            line.idle_done()
    desk.rows.close()


def _fetched(port: int, user: str, password: str) -> Iterable[bytes]:
    with imaplib.IMAP4("127.0.0.1", port) as line:
        line.login(user, password)
        line.select()
        numbers = line.uid("SEARCH", "ALL")[1][0].split()
        for at in range(0, len(numbers), _FETCH):
            asked = b",".join(numbers[at : at + _FETCH]).decode()
            for answer in line.uid("FETCH", asked, "(BODY.PEEK[])")[1]:
                if isinstance(answer, tuple):
                    yield answer[1]


def measure(load: Load) -> list[Figure]:
    """What the others are measured against, by itself: from bytes in memory."""
    raws = list(mix.mails(load.of(2000)))
    with Side(Floor) as floor:
        runs: list[Taken] = [floor.ask("mails", load.folder(), raws, seconds=300) for _ in range(load.rounds)]
    megabytes = sum(map(len, raws)) / 1e6
    return [alone("floor: mails from bytes", "mails/s", runs, note=f"{len(raws)} mails, {megabytes:.0f} MB")]
