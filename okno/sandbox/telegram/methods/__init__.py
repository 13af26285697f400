"""Which function does which method of the Bot API. What is published and not here is checked, then says so."""

from collections.abc import Callable
from typing import Any

from okno.sandbox.telegram.call import Call
from okno.sandbox.telegram.contents import BUILDERS
from okno.sandbox.telegram.methods import account, buttons, chats, copy, edit, polling, reactions, send, topics

Method = Callable[[Call], Any]

METHODS: dict[str, Method] = {
    **dict.fromkeys(BUILDERS, send.one),
    "sendMediaGroup": send.album,
    "sendChatAction": send.action,
    "copyMessage": copy.copy,
    "copyMessages": copy.copies,
    "forwardMessage": copy.forward,
    "forwardMessages": copy.forwards,
    "editMessageText": edit.text,
    "editMessageCaption": edit.caption,
    "editMessageMedia": edit.medium,
    "editMessageReplyMarkup": edit.keyboard,
    "deleteMessage": edit.delete,
    "deleteMessages": edit.deletes,
    "setMessageReaction": reactions.react,
    "answerCallbackQuery": buttons.answer,
    "createForumTopic": topics.create,
    "editForumTopic": topics.edit,
    "closeForumTopic": topics.close,
    "reopenForumTopic": topics.reopen,
    "deleteForumTopic": topics.delete,
    **dict.fromkeys(topics.GENERAL, topics.general),
    "getForumTopicIconStickers": topics.icons,
    "unpinAllForumTopicMessages": topics.unpin_topic,
    "getMe": account.me,
    "logOut": account.log_out,
    "close": account.close,
    "setMyCommands": account.set_commands,
    "getMyCommands": account.get_commands,
    "deleteMyCommands": account.delete_commands,
    "setMyName": account.set_text,
    "getMyName": account.get_text,
    "setMyDescription": account.set_text,
    "getMyDescription": account.get_text,
    "setMyShortDescription": account.set_text,
    "getMyShortDescription": account.get_text,
    "setChatMenuButton": account.set_menu,
    "getChatMenuButton": account.get_menu,
    "setMyDefaultAdministratorRights": account.set_rights,
    "getMyDefaultAdministratorRights": account.get_rights,
    "getChat": chats.chat,
    "getChatMember": chats.member,
    "getChatAdministrators": chats.administrators,
    "getChatMemberCount": chats.count,
    "leaveChat": chats.leave,
    "pinChatMessage": chats.pin,
    "unpinChatMessage": chats.unpin,
    "unpinAllChatMessages": chats.unpin_all,
    "setChatTitle": chats.title,
    "setChatDescription": chats.description,
    "getFile": chats.file,
    "getWebhookInfo": polling.webhook_info,
}

__all__ = ["METHODS", "Method"]
