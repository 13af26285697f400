"""The whole state in one JSON file, with the bytes of files in a folder beside it; written whole or not at all.

Not kept: who waits for an answer, the log of calls, the feed of changes, faults and paces.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from okno.sandbox.telegram.cloud import Cloud, Hook
from okno.sandbox.telegram.files import File
from okno.sandbox.telegram.refusal import Misuse
from okno.sandbox.telegram.updates import Update, Updates
from okno.sandbox.telegram.world import Bot, Chat, Member, Topic, User

Json = dict[str, Any]

VERSION = 1
PARTS = frozenset({"person", "sent"})


def folder(path: Path) -> Path:
    return path.with_name(f"{path.name}.files")


def save(cloud: Cloud, path: Path) -> None:
    world = cloud.world
    state = {
        "version": VERSION,
        "ahead": cloud.clock.ahead,
        "users": [asdict(user) for user in world.users.values()],
        "bots": [asdict(bot) for bot in world.bots.values()],
        "chats": [_chat(chat) for chat in (*world.chats.values(), *world.dialogs.values())],
        "queues": {str(bot_id): _queue(queue) for bot_id, queue in cloud.queues.items()},
        "hooks": {str(bot_id): asdict(hook) for bot_id, hook in cloud.hooks.items()},
        "files": [asdict(file) for file in cloud.files.by_id.values()],
    }
    folder(path).mkdir(parents=True, exist_ok=True)
    for name, data in cloud.files.blobs.items():
        _write(folder(path) / name, data, again=False)
    _write(path, json.dumps(state, ensure_ascii=False).encode(), again=True)


def _write(path: Path, data: bytes, *, again: bool) -> None:
    if again or not path.exists():
        beside = path.with_name(f"{path.name}.part")
        beside.write_bytes(data)
        beside.replace(path)


def _chat(chat: Chat) -> Json:
    kept = {name: getattr(chat, name) for name in Chat.__dataclass_fields__ if name not in PARTS}
    kept["members"] = {str(number): asdict(member) for number, member in chat.members.items()}
    kept["topics"] = [asdict(topic) for topic in chat.topics.values()]
    return kept


def _queue(queue: Updates) -> Json:
    return {
        "next_id": queue.next_id,
        "last_made": queue.last_made,
        "allowed": sorted(queue.allowed),
        "waiting": [asdict(update) for update in queue.waiting.values()],
    }


def load(cloud: Cloud, path: Path) -> None:
    """Puts the kept state into a cloud that has none yet; raises Misuse when the file is not ours."""
    try:
        state: Json = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Misuse(f"{path} cannot be read as a kept sandbox: {error}") from error
    if state.get("version") != VERSION:
        raise Misuse(f"{path} was kept by another version of the sandbox; start with an empty one")
    cloud.clock.ahead = state["ahead"]
    world = cloud.world
    world.users = {user["id"]: User(**user) for user in state["users"]}
    for bot in state["bots"]:
        world.add_bot(Bot(**bot))
        cloud.hooks[bot["id"]] = Hook(**state["hooks"][str(bot["id"])])
        cloud.queues[bot["id"]] = _unqueue(Updates(cloud.clock, cloud.random), state["queues"][str(bot["id"])])
    for kept in state["chats"]:
        chat = _unchat(kept, world.users)
        if chat.person is None:
            world.chats[chat.id] = chat
        else:
            world.dialogs[chat.bot, chat.id] = chat
    for file in state["files"]:
        made = cloud.files.keep(File(**file))
        if made.blob not in cloud.files.blobs:
            cloud.files.blobs[made.blob] = (folder(path) / made.blob).read_bytes()


def _unchat(kept: Json, users: dict[int, User]) -> Chat:
    numbered = ("messages", "authors")
    fields = {**kept, **{name: _numbered(kept[name]) for name in numbered}}
    fields["reactions"] = {number: _numbered(by) for number, by in _numbered(kept["reactions"]).items()}
    fields["members"] = {number: Member(**member) for number, member in _numbered(kept["members"]).items()}
    fields["topics"] = {topic["id"]: Topic(**topic) for topic in kept["topics"]}
    return Chat(**fields, person=users[kept["id"]] if kept["type"] == "private" else None)


def _numbered(kept: Json) -> dict[int, Any]:
    return {int(number): value for number, value in kept.items()}


def _unqueue(queue: Updates, kept: Json) -> Updates:
    queue.next_id, queue.last_made = kept["next_id"], kept["last_made"]
    queue.allowed = frozenset(kept["allowed"])
    queue.restore(_updates(kept["waiting"]))
    return queue


def _updates(kept: Iterable[Json]) -> list[Update]:
    return [Update(**update) for update in kept]
