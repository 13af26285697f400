"""What a bot can ask of chats and tell of itself."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    ChatMemberAdministrator,
    ChatMemberOwner,
    MenuButtonWebApp,
    WebAppInfo,
)

from okno.sandbox.telegram import Telegram

CLARA, ANNA, BORIS, STRANGER = 7, 1, 2, 99
FORUM, GROUP, TEAM, NEWS = -1001000000001, -501, -1001000000002, -1001000000003


@pytest.mark.parametrize(
    ("chat", "kind"), [(CLARA, "private"), (FORUM, "supergroup"), (GROUP, "group"), (NEWS, "channel")]
)
async def test_every_chat_can_be_looked_at(bot: Bot, chat: int, kind: str) -> None:
    found = await bot.get_chat(chat)

    assert (found.id, found.type, bool(found.is_forum)) == (chat, kind, chat == FORUM)


async def test_the_bot_reads_its_own_rights(telegram: Telegram, bot: Bot) -> None:
    telegram.cast.set_bot_standing(FORUM, "administrator", rights={"can_manage_topics": False})

    member = await bot.get_chat_member(FORUM, bot.id)

    assert isinstance(member, ChatMemberAdministrator)
    assert (member.can_manage_topics, member.can_pin_messages) == (False, True)


@pytest.mark.parametrize("status", ["creator", "administrator", "member", "restricted", "left", "kicked"])
async def test_every_standing_is_read_by_a_library(telegram: Telegram, bot: Bot, status: str) -> None:
    telegram.cast.set_member(TEAM, BORIS, status)

    assert (await bot.get_chat_member(TEAM, BORIS)).status == status


async def test_a_stranger_has_left_and_nobody_is_no_participant(bot: Bot) -> None:
    assert (await bot.get_chat_member(TEAM, STRANGER)).status == "left"
    with pytest.raises(TelegramBadRequest, match="PARTICIPANT_ID_INVALID"):
        await bot.get_chat_member(TEAM, 31337)


async def test_administrators_are_listed_without_other_bots(telegram: Telegram, bot: Bot) -> None:
    telegram.cast.add_bot("55:x", username="other_bot")
    telegram.cast.set_bot_standing(TEAM, "administrator", bot=55)

    listed = await bot.get_chat_administrators(TEAM)

    assert {member.user.id for member in listed} == {ANNA, bot.id}
    assert isinstance(listed[0], ChatMemberOwner)
    assert await bot.get_chat_member_count(TEAM) == 4
    with pytest.raises(TelegramBadRequest, match="there are no administrators in the private chat"):
        await bot.get_chat_administrators(CLARA)


async def test_a_change_of_the_bots_standing_is_told(telegram: Telegram, bot: Bot) -> None:
    telegram.cast.set_bot_standing(TEAM, "kicked", by=ANNA)

    change = (await bot.get_updates())[0].my_chat_member

    assert change is not None
    assert (change.old_chat_member.status, change.new_chat_member.status) == ("administrator", "kicked")
    assert change.from_user.id == ANNA


async def test_members_are_told_of_when_asked_for(telegram: Telegram, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["chat_member"])
    telegram.cast.join(STRANGER, TEAM)

    change = (await bot.get_updates())[0].chat_member

    assert change is not None
    assert change.new_chat_member.user.id == STRANGER


async def test_a_bot_that_left_is_a_member_no_more(telegram: Telegram, bot: Bot) -> None:
    await bot.leave_chat(TEAM)

    with pytest.raises(TelegramForbiddenError, match="bot is not a member of the supergroup chat"):
        await bot.get_chat(TEAM)


async def test_sends_to_a_migrated_group_name_the_new_one(telegram: Telegram, bot: Bot) -> None:
    telegram.cast.migrate(GROUP, to=-1009, forum=True)

    with pytest.raises(TelegramMigrateToChat, match="group chat was upgraded to a supergroup chat") as refused:
        await bot.send_message(GROUP, "x")

    assert refused.value.migrate_to_chat_id == -1009
    assert (await bot.send_message(-1009, "x")).message_id == 2
    assert (await bot.get_chat(GROUP)).type == "group"


async def test_commands_are_kept_by_scope_and_language(bot: Bot) -> None:
    start, new = BotCommand(command="start", description="Begin"), BotCommand(command="new", description="New ticket")
    await bot.set_my_commands([start])
    await bot.set_my_commands([new], scope=BotCommandScopeChat(chat_id=CLARA), language_code="ru")

    general = await bot.get_my_commands()
    own = await bot.get_my_commands(scope=BotCommandScopeChat(chat_id=CLARA), language_code="ru")
    assert [command.command for command in general] == ["start"]
    assert [command.description for command in own] == ["New ticket"]
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == []


async def test_commands_are_checked(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
        await bot.set_my_commands([BotCommand(command="нет", description="x")])
    with pytest.raises(TelegramBadRequest, match="BOT_COMMANDS_TOO_MUCH"):
        await bot.set_my_commands([BotCommand(command=f"c{n}", description="x") for n in range(101)])
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.set_my_commands([], scope=BotCommandScopeChat(chat_id=31337))


async def test_names_and_descriptions_fall_back_to_the_general_one(bot: Bot) -> None:
    await bot.set_my_description("Support")
    await bot.set_my_short_description("Поддержка", language_code="ru")
    await bot.set_my_name("Desk")

    assert (await bot.get_my_description(language_code="ru")).description == "Support"
    assert (await bot.get_my_short_description()).short_description == ""
    assert (await bot.get_me()).first_name == (await bot.get_my_name()).name == "Desk"


async def test_the_menu_button_is_kept(bot: Bot) -> None:
    button = MenuButtonWebApp(text="Open", web_app=WebAppInfo(url="https://a.ru"))
    await bot.set_chat_menu_button(menu_button=button)
    kept = await bot.get_chat_menu_button(chat_id=CLARA)

    assert kept.model_dump() == button.model_dump()


async def test_default_rights_are_kept(bot: Bot) -> None:
    rights = await bot.get_my_default_administrator_rights()
    await bot.set_my_default_administrator_rights(rights=rights.model_copy(update={"can_manage_topics": True}))

    assert (await bot.get_my_default_administrator_rights()).can_manage_topics


async def test_title_and_description_need_a_change_and_the_right(telegram: Telegram, bot: Bot) -> None:
    await bot.set_chat_title(TEAM, "Desk")
    await bot.set_chat_description(TEAM, "About")

    found = await bot.get_chat(TEAM)
    assert (found.title, found.description) == ("Desk", "About")
    with pytest.raises(TelegramBadRequest, match="chat description is not modified"):
        await bot.set_chat_description(TEAM, "About")
    telegram.cast.set_bot_standing(TEAM, "member")
    with pytest.raises(TelegramBadRequest, match="not enough rights to change chat info"):
        await bot.set_chat_title(TEAM, "x")


async def test_a_bot_that_logged_out_does_nothing_more(bot: Bot) -> None:
    assert await bot.log_out()

    with pytest.raises(TelegramBadRequest, match="Logged out"):
        await bot.get_me()
