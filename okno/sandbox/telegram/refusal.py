"""How the server says no: one exception that carries the HTTP status, the words and the parameters of an answer."""

from typing import Any


class Refusal(Exception):
    """The Bot API's answer `ok: false`; `parameters` are retry_after and migrate_to_chat_id."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def shown(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad(words: str) -> Refusal:
    return Refusal(400, f"Bad Request: {words}")


def forbidden(words: str) -> Refusal:
    return Refusal(403, f"Forbidden: {words}")


class Misuse(Exception):
    """The sandbox was asked for something it cannot do; the words are for whoever drives it, never for a bot."""
