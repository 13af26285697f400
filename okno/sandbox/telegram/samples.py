"""What a person sends when only the kind is said: one plausible message of each kind that has no file."""

from typing import Any

Json = dict[str, Any]

_PLACE: Json = {"latitude": 55.751244, "longitude": 37.618423}
_SELLER: Json = {"id": -1009000000001, "title": "Лавка", "type": "channel"}

# "beside" are fields that stand next to it in the message.
SAMPLES: dict[str, Json] = {
    "location": _PLACE,
    "venue": {"location": _PLACE, "title": "Красная площадь", "address": "Москва", "beside": {"location": _PLACE}},
    "contact": {"phone_number": "+79990001122", "first_name": "Клара"},
    "dice": {"emoji": "🎲", "value": 4},
    "poll": {
        "id": "5000000000000000001",
        "question": "Когда удобно?",
        "options": [
            {"persistent_id": "0", "text": "Сегодня", "voter_count": 0},
            {"persistent_id": "1", "text": "Завтра", "voter_count": 0},
        ],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    },
    "story": {"chat": _SELLER, "id": 12},
    "game": {
        "title": "Змейка",
        "description": "Игра",
        "photo": [{"file_id": "game", "file_unique_id": "game", "width": 90, "height": 90}],
    },
    "checklist": {"title": "Список", "tasks": [{"id": 1, "text": "Проверить сайт"}]},
    "paid_media": {"star_count": 5, "paid_media": [{"type": "preview", "width": 800, "height": 600}]},
    "giveaway": {"chats": [_SELLER], "winners_selection_date": 2_000_000_000, "winner_count": 3},
    "invoice": {
        "title": "Счёт",
        "description": "Работы",
        "start_parameter": "x",
        "currency": "RUB",
        "total_amount": 100_00,
    },
}
FILE = b"sandbox\n"
"""What a file holds when nobody says what."""
