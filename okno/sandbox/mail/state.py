"""The mail host's mailboxes in a folder on disk and back; one file a mail, one page of JSON beside them."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from pymap.backend.dict.mailbox import Message
from pymap.parsing.specials import Flag

from okno.sandbox.mail.folders import Folder
from okno.sandbox.mail.mailboxes import Account, Mailboxes

PAGE = "mailboxes.json"


def save(mailboxes: Mailboxes, place: Path) -> None:
    """The page comes last and at once, so that a broken save leaves the one before."""
    place.mkdir(parents=True, exist_ok=True)
    page = [_account(account, number, place) for number, account in enumerate(mailboxes.all)]
    _write(place / PAGE, json.dumps(page, ensure_ascii=False, indent=1).encode())
    kept = {mail["file"] for account in page for folder in account["folders"].values() for mail in folder["mails"]}
    for file in place.glob("*.eml"):
        if file.name not in kept:
            file.unlink()


def load(mailboxes: Mailboxes, place: Path) -> None:
    """Nothing saved there yet is no error."""
    page = place / PAGE
    if not page.exists():
        return
    for saved in json.loads(page.read_text(encoding="utf-8")):
        folders = mailboxes.add(saved["address"], saved["password"]).folders
        for name, folder in saved["folders"].items():
            _refill(folders.inbox if name == "INBOX" else folders.make(name), folder, place)


def _account(account: Account, number: int, place: Path) -> dict[str, Any]:
    folders = {
        name: _folder(folder, f"{number}-{index}", place)
        for index, (name, folder) in enumerate(account.folders.named.items())
    }
    return {"address": account.address, "password": account.password, "folders": folders}


def _folder(folder: Folder, prefix: str, place: Path) -> dict[str, Any]:
    mails = [_mail(message, f"{prefix}-{folder.uid_validity}-{message.uid}.eml", place) for message in folder.stored]
    return {"uid_validity": folder.uid_validity, "max_uid": folder.max_uid, "mails": mails}


def _mail(message: Message, name: str, place: Path) -> dict[str, Any]:
    file = place / name
    if not file.exists():
        # A mail never changes, only its flags do.
        _write(file, bytes(message._content or b""))
    return {
        "uid": message.uid,
        "at": message.internal_date.isoformat(),
        "flags": sorted(str(flag) for flag in message.permanent_flags),
        "file": name,
    }


def _write(file: Path, data: bytes) -> None:
    draft = file.with_name(file.name + ".new")
    draft.write_bytes(data)
    draft.replace(file)


def _refill(folder: Folder, saved: dict[str, Any], place: Path) -> None:
    for mail in saved["mails"]:
        folder.put(
            (place / mail["file"]).read_bytes(),
            at=datetime.fromisoformat(mail["at"]),
            flags=frozenset(Flag(flag) for flag in mail["flags"]),
            uid=mail["uid"],
            recent=False,
        )
    folder.renumber(uid_validity=saved["uid_validity"], max_uid=saved["max_uid"])
