"""Things going wrong on request: an ordered list of rules, each saying which calls it hits and what happens to them.

    faults.add("sendMessage", do="429", seconds=3, times=1)
    faults.add("*", do="502", chance=0.1, seed=7)

What can be done to a call (`do`):
    429       refused, with retry_after = seconds
    500       refused, "Internal Server Error"; `words` replaces the description
    502       an HTML page instead of an answer
    refuse    refused with `code` and `words`
    lost      the deed is done, the connection closes without an answer
    cut       the connection closes before the deed
    half      the deed is done, half of the answer arrives
    garbage   the deed is done, the answer is no JSON
    delay     the deed is done, the answer comes after `seconds`
    late      nothing for `seconds`, then the deed and its answer
    silence   nothing for `seconds`, then the connection closes without the deed
"""

import random
from dataclasses import asdict, dataclass
from typing import Any

from okno.sandbox.telegram.refusal import Misuse

DEEDS = frozenset({"429", "500", "502", "refuse", "lost", "cut", "half", "garbage", "delay", "late", "silence"})


@dataclass(slots=True, kw_only=True)
class Rule:
    id: int
    method: str
    """A method of the Bot API, `file` for a download, or `*`."""
    do: str
    chat: int | None
    bot: int | None
    after: int
    """So many matching calls pass first."""
    times: int | None
    """Hits so many calls; None without end."""
    chance: float
    seconds: float
    code: int
    words: str
    hits: int = 0
    passed: int = 0


class Faults:
    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._made = 0
        self._chances: dict[int, random.Random] = {}

    def add(  # noqa: PLR0913 - one keyword for each thing that may be said
        self,
        method: str = "*",
        *,
        do: str,
        chat: int | None = None,
        bot: int | None = None,
        after: int = 0,
        times: int | None = None,
        chance: float = 1.0,
        seed: int = 0,
        seconds: float = 1.0,
        code: int = 400,
        words: str = "",
    ) -> int:
        """The rule's id. The first rule that hits a call decides."""
        if do not in DEEDS:
            raise Misuse(f'no such fault "{do}"; there are {", ".join(sorted(DEEDS))}')
        self._made += 1
        self.rules.append(
            Rule(
                id=self._made,
                method=method,
                do=do,
                chat=chat,
                bot=bot,
                after=after,
                times=times,
                chance=chance,
                seconds=seconds,
                code=code,
                words=words,
            )
        )
        # Repeatable on purpose: a run that failed can be run again.
        self._chances[self._made] = random.Random(seed)  # noqa: S311
        return self._made

    def remove(self, rule_id: int) -> None:
        self.rules = [rule for rule in self.rules if rule.id != rule_id]

    def clear(self) -> None:
        self.rules.clear()

    def shown(self) -> list[dict[str, Any]]:
        return [asdict(rule) for rule in self.rules]

    def hit(self, method: str, bot: int, chat: int | None) -> Rule | None:
        """The rule that strikes this call, which is counted against it."""
        for rule in self.rules:
            if self._matches(rule, method, bot, chat) and self._strikes(rule):
                return rule
        return None

    def _matches(self, rule: Rule, method: str, bot: int, chat: int | None) -> bool:
        return (
            (rule.times is None or rule.hits < rule.times)
            and rule.method in {"*", method}
            and rule.chat in {None, chat}
            and rule.bot in {None, bot}
        )

    def _strikes(self, rule: Rule) -> bool:
        if rule.passed < rule.after:
            rule.passed += 1
            return False
        if rule.chance < 1.0 and self._chances[rule.id].random() >= rule.chance:
            return False
        rule.hits += 1
        return True
