"""One call of a bot: which bot, which method, what it gave, already held against the table."""

from dataclasses import dataclass
from typing import Any

from okno.sandbox.telegram.cloud import Cloud
from okno.sandbox.telegram.files import Upload
from okno.sandbox.telegram.refusal import bad
from okno.sandbox.telegram.updates import Updates
from okno.sandbox.telegram.world import Bot

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    cloud: Cloud
    bot: Bot
    method: str
    params: Json
    uploads: dict[str, Upload]

    def get(self, name: str, otherwise: Any = None) -> Any:
        return self.params.get(name, otherwise)

    def __getitem__(self, name: str) -> Any:
        return self.params[name]

    def __contains__(self, name: str) -> bool:
        return name in self.params

    @property
    def queue(self) -> Updates:
        return self.cloud.queues[self.bot.id]

    def file(self, value: Any) -> Upload | str:
        """The upload behind `attach://name`, or the file id or address that was given instead."""
        if isinstance(value, str) and value.startswith("attach://"):
            found = self.uploads.get(value.removeprefix("attach://"))
            if found is None:
                raise bad(f'sandbox: there is no file "{value.removeprefix("attach://")}" in the request')
            return found
        assert isinstance(value, Upload | str)
        return value
