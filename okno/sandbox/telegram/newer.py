"""What Bot API 10.2 and 10.3 added to the published table of 10.1, as far as aiogram 3.31 can send it."""

from typing import Any

Fields = dict[str, list[Any]]

EPHEMERAL: Fields = {
    "receiver_user_id": [["Integer"], 0],
    "callback_query_id": [["String"], 0],
    "ephemeral_message_parameters": [["EphemeralMessageParameters"], 0],
}
_EPHEMERAL_TARGET: Fields = {
    "chat_id": [["Integer", "String"], 1],
    "receiver_user_id": [["Integer"], 1],
    "ephemeral_message_id": [["Integer"], 1],
}
_KEYBOARD: Fields = {"reply_markup": [["InlineKeyboardMarkup"], 0]}
_CAPTION: Fields = {
    "caption": [["String"], 0, [0, 1024, "c", 1]],
    "parse_mode": [["String"], 0],
    "caption_entities": [["Array of MessageEntity"], 0],
    "show_caption_above_media": [["Boolean"], 0],
}
_DRAFT: Fields = {"can_stop": [["Boolean"], 0], "keep_on_stop": [["Boolean"], 0]}

METHODS: dict[str, Fields] = {
    **{
        f"send{kind}": EPHEMERAL
        for kind in (
            "Animation",
            "Audio",
            "Contact",
            "Document",
            "LivePhoto",
            "Location",
            "Message",
            "Photo",
            "Sticker",
            "Venue",
            "Video",
            "VideoNote",
            "Voice",
        )
    },
    "sendRichMessage": {"ephemeral_message_parameters": EPHEMERAL["ephemeral_message_parameters"]},
    "sendMessageDraft": _DRAFT,
    "sendRichMessageDraft": _DRAFT,
    # Not new, but unpublished: the server takes plain strings as options too, and libraries send them.
    "sendPoll": {"options": [["Array of InputPollOption", "Array of String"], 1]},
    "promoteChatMember": {"can_send_welcome_messages": [["Boolean"], 0]},
    "deleteEphemeralMessage": _EPHEMERAL_TARGET,
    "editEphemeralMessageCaption": {**_EPHEMERAL_TARGET, **_CAPTION, **_KEYBOARD},
    "editEphemeralMessageMedia": {**_EPHEMERAL_TARGET, "media": [["InputMedia"], 1], **_KEYBOARD},
    "editEphemeralMessageReplyMarkup": {**_EPHEMERAL_TARGET, **_KEYBOARD},
    "editEphemeralMessageText": {
        **_EPHEMERAL_TARGET,
        "text": [["String"], 0, [1, 4096, "c", 1]],
        "parse_mode": [["String"], 0],
        "entities": [["Array of MessageEntity"], 0],
        "link_preview_options": [["LinkPreviewOptions"], 0],
        "rich_message": [["InputRichMessage"], 0],
        **_KEYBOARD,
    },
}

TYPES: dict[str, Fields] = {
    "EphemeralMessageParameters": {
        "receiver_user_id": [["Integer"], 1],
        "callback_query_id": [["String"], 0],
        "replace_callback_query_message": [["Boolean"], 0],
    },
    "DisabledButton": {},
    "InlineKeyboardButton": {"disabled": [["DisabledButton"], 0]},
    "InlineKeyboardMarkup": {"force_reply": [["Boolean"], 0]},
    "ReplyKeyboardMarkup": {"force_reply": [["Boolean"], 0]},
    "BotCommand": {"is_ephemeral": [["Boolean"], 0]},
    "ReplyParameters": {"ephemeral_message_id": [["Integer"], 0]},
    "ChatAdministratorRights": {"can_send_welcome_messages": [["Boolean"], 0]},
}
