"""Puts what the configuration says of the desk into the store, and makes the policy that actions go by."""

import secrets
from datetime import datetime

from okno.config.values import Config, Mailbox
from okno.queue import keys, roster
from okno.queue.actions.policy import Policy, Post, Room
from okno.queue.store import Store


async def prepare(store: Store, config: Config, now: datetime) -> tuple[Policy, dict[tuple[str, str], int]]:
    """Puts accounts, lines and staff of the configuration into the store; the policy and the accounts' ids."""
    await store.write(roster.put, _roster(config), now)
    accounts = {(one.kind, one.name): one.id for one in await store.read(roster.accounts, None)}
    lines = {one.name: one.id for one in await store.read(roster.lines, None)}
    secret = await store.write(keys.ensure, secrets.token_bytes(32), now)
    bot = accounts.get(("telegram", bot_id(config))) if config.telegram.token else None
    own = {accounts["email", box.name]: box for box in config.mailboxes}
    named = {account: lines[box.line] for account, box in own.items() if box.line}
    if bot is not None and config.telegram.line:
        named[bot] = lines[config.telegram.line]
    room = Room(account=bot, chat=config.telegram.staff_chat) if bot and config.telegram.staff_chat else None
    policy = Policy(
        language=config.language, first_line=lines[config.lines[0].name], lines=named, bot=bot, room=room,
        posts={key: _post(box) for key, box in own.items()},
        keys=secret.keys, key_id=secret.newest, grace=config.desk.reopen_grace,
        accept_after=config.desk.done_accepts_after, receipts_per_hour=config.desk.receipts_per_hour,
        first_answer=config.desk.first_answer, nudge_unassigned=config.desk.nudge_unassigned,
        recall=config.desk.recall, settle=config.desk.settle,
    )  # fmt: skip
    return policy, accounts


def _post(box: Mailbox) -> Post:
    return Post(address=box.address, domain=box.address.rpartition("@")[2], sends=bool(box.smtp.host))


def bot_id(config: Config) -> str:
    """A token begins with the bot's id: another token of the same bot is the same account."""
    return config.telegram.token.reveal().partition(":")[0]


def _roster(config: Config) -> roster.Roster:
    accounts = [("email", box.name, box.address) for box in config.mailboxes]
    if config.telegram.token:
        accounts.insert(0, ("telegram", bot_id(config), bot_id(config)))
    staff = [
        roster.NewMember(
            name=one.name, telegram_id=one.telegram_id, email=one.email, role=one.role, language=one.language or "",
            lines=one.lines,
        )
        for one in config.staff
    ]  # fmt: skip
    return roster.Roster(accounts=accounts, lines=[line.name for line in config.lines], staff=staff)
