"""Makes a store full of written answers, through the same actions as in life, for the letters' benchmark."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from bench.bare import WORDS
from bench.cast import FIRST
from okno.config.values import Config
from okno.desk.message import Incoming, MailFacts, Sender
from okno.desk.rights import Actor
from okno.queue import roster
from okno.queue.actions import answer, receive
from okno.queue.actions.policy import Policy
from okno.queue.founding import prepare
from okno.queue.store import Store

_BATCH: Final = 100


async def answers(store: Store, config: Config, count: int, channel: str) -> None:
    """Nobody is on duty and no receipts go out: the answers are all there is to send."""
    now = datetime.now(UTC)
    made, accounts = await prepare(store, config, now)
    policy = replace(made, receipts=False)
    account = next(key for (kind, _), key in accounts.items() if kind == channel)
    who = Actor(kind="staff", id=(await store.read(roster.members, None))[0].id)
    for start in range(0, count, _BATCH):
        numbers = range(start, min(start + _BATCH, count))
        asked = [_asked(number, channel, account, policy, now) for number in numbers]
        for got in await store.write(receive.receive_many, asked, now):
            assert isinstance(got, receive.Received)
            assert got.ticket is not None
            say = answer.Say(
                ticket=got.ticket, kind="answer", text=WORDS, by=who, cause=f"bench:say:{got.ticket}", policy=policy,
                happened_at=now,
            )  # fmt: skip
            await store.write(answer.say, say, now)


def _asked(number: int, channel: str, account: int, policy: Policy, now: datetime) -> receive.Receive:
    if channel == "telegram":
        sender, chat, mail = Sender(kind="telegram", address=str(FIRST + number)), FIRST + number, None
        external = "1"
    else:
        sender, chat = Sender(kind="email", address=f"client{number}@client.example"), None
        external = f"<{number}@client.example>"
        mail = MailFacts(message_id=external, fingerprint=str(number), proof="pass")
    incoming = Incoming(
        channel="telegram" if chat else "email", account=account, sender=sender, external_id=external, happened_at=now,
        text=WORDS, full_text=WORDS, subject="" if chat else "Каталог", chat=chat, mail=mail,
    )  # fmt: skip
    return receive.Receive(incoming=incoming, cause=f"bench:{number}", policy=policy)
