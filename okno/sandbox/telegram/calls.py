"""The log of calls made to the server: method, parameters, answer, time; the newest kept, all counted."""

from collections import Counter, deque
from typing import Any

from okno.sandbox.telegram.files import Upload

Json = dict[str, Any]


class Calls:
    def __init__(self, room: int = 20_000) -> None:
        self.log: deque[Json] = deque(maxlen=room)
        self.made = 0
        self.by_method: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()

    def add(self, *, bot: int, method: str, params: Json, at: float) -> Json:
        """The row, to be filled with `result` or `error` when the call is answered; empty until then."""
        self.made += 1
        self.by_method[method] += 1
        shown = {name: _shown(value) for name, value in params.items()}
        row: Json = {"n": self.made, "bot": bot, "method": method, "params": shown, "at": at}
        self.log.append(row)
        return row

    def fail(self, row: Json, error: Json) -> None:
        self.failed[row["method"]] += 1
        row["error"] = error

    def since(self, number: int = 0, method: str | None = None, limit: int = 1000) -> list[Json]:
        """The oldest of those after this number, of one method when it is named."""
        found = [row for row in self.log if row["n"] > number and (method is None or row["method"] == method)]
        return found[:limit]

    def clear(self) -> None:
        self.log.clear()
        self.by_method.clear()
        self.failed.clear()


def _shown(value: Any) -> Any:
    """Bytes are told by name and size."""
    return value.described() if isinstance(value, Upload) else value
