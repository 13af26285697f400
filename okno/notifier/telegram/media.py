"""Files as Bot API calls: by file id where Telegram has them, uploaded where we keep them; albums together."""

from collections.abc import Sequence
from typing import Any, Final

from okno.queue.attachments import Attachment

# Bot API, sendDocument: "Bots can currently send files of any type of up to 50 MB in size".
UPLOADABLE: Final = 50 << 20
_METHODS: Final = {
    "photo": ("sendPhoto", "photo"),
    "voice": ("sendVoice", "voice"),
    "video": ("sendVideo", "video"),
    "video_note": ("sendVideoNote", "video_note"),
    "audio": ("sendAudio", "audio"),
    "animation": ("sendAnimation", "animation"),
    "sticker": ("sendSticker", "sticker"),
}
_GROUPED: Final = {"photo": "photo", "video": "video"}
_MOST_TOGETHER: Final = 10


def sends(
    files: Sequence[Attachment], *, chat: int, thread: int | None = None, caption: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Calls that show these files. `caption` ({text, entities}) stands on the first that can carry one.

    A kept file is named {"upload": sha256, "name": …}: the courier puts the bytes in its place.
    """
    sendable = [one for one in files if one.remote_id or (one.sha256 and (one.size or 0) <= UPLOADABLE)]
    place = {"chat_id": chat, **({"message_thread_id": thread} if thread else {})}
    if len(sendable) > 1 and all(one.kind in _GROUPED for one in sendable):
        return [
            _group(sendable[at : at + _MOST_TOGETHER], place, caption if at == 0 else None)
            for at in range(0, len(sendable), _MOST_TOGETHER)
        ]
    calls = []
    for one in sendable:
        calls.append(_single(one, place, caption))
        caption = None
    return calls


def captioned(file: Attachment) -> bool:
    return file.kind not in {"sticker", "video_note"}


def _single(one: Attachment, place: dict[str, Any], caption: dict[str, Any] | None) -> dict[str, Any]:
    method, field = _METHODS.get(one.kind, ("sendDocument", "document"))
    call = {"method": method, **place, field: _source(one)}
    if caption and captioned(one):
        call |= _caption(caption)
    return call


def _group(items: Sequence[Attachment], place: dict[str, Any], caption: dict[str, Any] | None) -> dict[str, Any]:
    media: list[dict[str, Any]] = [{"type": _GROUPED[one.kind], "media": _source(one)} for one in items]
    if caption:
        media[0] |= _caption(caption)
    if len(media) == 1:
        (method, field), source = _METHODS[items[0].kind], media[0].pop("media")
        media[0].pop("type")
        return {"method": method, **place, field: source, **media[0]}
    return {"method": "sendMediaGroup", **place, "media": media}


def _caption(caption: dict[str, Any]) -> dict[str, Any]:
    return {"caption": caption["text"], "caption_entities": caption["entities"]}


def _source(one: Attachment) -> Any:
    if one.remote_id:
        return one.remote_id
    return {"upload": one.sha256, "name": one.name or "file"}
