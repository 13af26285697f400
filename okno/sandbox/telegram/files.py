"""Files: their bytes once each, the ids that bots and people know them by, and where they are downloaded."""

import hashlib
import mimetypes
import secrets
from dataclasses import dataclass
from typing import Any

from okno.sandbox.telegram.refusal import Misuse, bad

Json = dict[str, Any]

MOST_DOWNLOAD = 20 << 20
MOST_UPLOAD = 50 << 20
MOST_PHOTO = 10 << 20
FOLDERS = {
    "photo": "photos",
    "document": "documents",
    "video": "videos",
    "animation": "animations",
    "audio": "music",
    "voice": "voice",
    "video_note": "video_notes",
    "sticker": "stickers",
    "thumbnail": "thumbnails",
}
UNTOLD = "application/octet-stream"
ENDINGS = {"photo": ".jpg", "video": ".mp4", "animation": ".mp4", "voice": ".oga", "video_note": ".mp4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it came in a request."""

    name: str
    mime: str
    data: bytes

    def described(self) -> Json:
        return {"file": self.name, "mime_type": self.mime, "size": len(self.data)}


@dataclass(slots=True, kw_only=True)
class File:
    id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    size: int
    """May be more than there are bytes: what is missing reads as zeros, so that a big file costs nothing."""
    blob: str
    """Name of its bytes."""
    path: str
    lost: bool = False
    facts: Json | None = None
    """What the message says of it: duration, width, emoji."""

    def shown(self) -> Json:
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": self.size}


class Files:
    def __init__(self) -> None:
        self.by_id: dict[str, File] = {}
        self.by_path: dict[str, File] = {}
        self.blobs: dict[str, bytes] = {}

    def put(
        self,
        kind: str,
        data: bytes,
        *,
        name: str = "",
        mime: str = "",
        size: int | None = None,
        facts: Json | None = None,
    ) -> File:
        if not mime or mime == UNTOLD:
            # As Telegram does: a file whose sender does not say is known by its name.
            mime = mimetypes.guess_type(name)[0] or mime
        blob = hashlib.sha256(data).hexdigest()
        self.blobs.setdefault(blob, data)
        number = len(self.by_id) + 1
        ending = ENDINGS.get(kind) or ("." + name.rpartition(".")[2] if "." in name else "")
        file = File(
            id=f"{kind[:2].upper()}{number:x}-{secrets.token_urlsafe(24)}",
            unique_id=f"AQAD{secrets.token_urlsafe(8)}",
            kind=kind,
            name=name,
            mime=mime,
            size=len(data) if size is None else size,
            blob=blob,
            path=f"{FOLDERS.get(kind, 'documents')}/file_{number}{ending}",
            facts=facts,
        )
        return self.keep(file)

    def keep(self, file: File) -> File:
        self.by_id[file.id] = file
        self.by_path[file.path] = file
        return file

    def get(self, file_id: str) -> File:
        """Raises Refusal for an id this server never gave."""
        found = self.by_id.get(file_id)
        if found is None:
            raise bad("wrong file identifier/HTTP URL specified")
        return found

    def downloadable(self, file_id: str) -> File:
        found = self.by_id.get(file_id)
        if found is None:
            raise bad("invalid file_id")
        if found.lost:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if found.size > MOST_DOWNLOAD:
            raise bad("file is too big")
        return found

    def read(self, file: File) -> bytes:
        data = self.blobs[file.blob]
        return data + bytes(file.size - len(data)) if file.size > len(data) else data

    def lose(self, file_id: str) -> None:
        """From now on the server cannot find its bytes."""
        if file_id not in self.by_id:
            raise Misuse(f"there is no file {file_id}")
        self.by_id[file_id].lost = True
