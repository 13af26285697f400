"""The words of the command line in the configured language: labels are the texts' own, the few others stand here."""

from datetime import datetime
from typing import Final

from okno.config.values import Config, Language
from okno.texts import Texts

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "ru": {
        "number": "№", "status": "состояние", "priority": "приоритет", "subject": "тема", "requester": "клиент",
        "channel": "канал", "assignee": "исполнитель", "line": "линия", "created_at": "создана",
        "updated_at": "изменена", "first_response_due_at": "первый ответ до", "resolve_due_at": "решить до",
        "merged_into": "объединена с", "merged": "присоединены", "events": "История", "none": "Заявок нет.",
        "rest": "… и ещё {count}. Все: --limit 0.", "at": "когда", "kind": "что", "reason": "почему", "id": "id",
        "nothing_parked": "Неразобранного нет.", "files": "файлы", "refused": "отказано", "held": "придержано",
        "parked": "не разобрано",
    },
    "en": {
        "number": "No", "status": "status", "priority": "priority", "subject": "subject", "requester": "requester",
        "channel": "channel", "assignee": "assignee", "line": "line", "created_at": "created",
        "updated_at": "updated", "first_response_due_at": "first answer by", "resolve_due_at": "resolve by",
        "merged_into": "merged into", "merged": "merged here", "events": "History", "none": "There are no tickets.",
        "rest": "… and {count} more. All of them: --limit 0.", "at": "when", "kind": "what", "reason": "why",
        "id": "id", "nothing_parked": "Nothing is parked.", "files": "files", "refused": "refused", "held": "held",
        "parked": "not understood",
    },
}  # fmt: skip


class Tongue:
    def __init__(self, config: Config) -> None:
        self._language = config.language
        self._zone = config.timezone
        self._texts = Texts(config.templates_dir, config.language, config.timezone)

    def word(self, key: str, **values: object) -> str:
        return _WORDS[self._language][key].format(**values)

    def label(self, group: str, key: str) -> str:
        return self._texts.label(group, key, self._language)

    def moment(self, at: datetime | None) -> str:
        return at.astimezone(self._zone).strftime("%Y-%m-%d %H:%M") if at else "–"
