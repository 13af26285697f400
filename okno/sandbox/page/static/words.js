// What the page itself says, in both languages. What people and the bot say comes from the sandbox.

const WORDS = {
  ru: {
    client: "Клиент в Telegram", mail: "Клиент по почте", staff: "Группа сотрудников", agent: "Личный чат сотрудника",
    news: "Канал объявлений", tab_client: "Клиент", tab_mail: "Почта", tab_staff: "Группа", tab_agent: "Сотрудник",
    tab_news: "Канал", you_are: "Вы:", languages: "Язык страницы",
    guide1: "Напишите как клиент", guide1_how: "в Telegram слева или письмом",
    guide2: "Нажмите «Взять» и «Ответить»", guide2_how: "в группе сотрудников; ответьте на вопрос бота",
    guide3: "Посмотрите, как придёт ответ", guide3_how: "через три секунды он у клиента",
    guide_done: "Получилось! Попробуйте заметку, файл или письмо.",
    message: "Сообщение", message_client: "Напишите как клиент…", message_note: "Заметка для своих…",
    message_room: "Сообщение в группу…", message_news: "Объявление в канал…", message_bot: "Сообщение боту…",
    send: "Отправить", attach: "Приложить файл", remove: "Убрать", cancel: "Отмена",
    reply: "Ответить", reply_to: "Ответить на это", edit: "Изменить", trash: "Удалить", react: "Реакция",
    replying: "Ответ", editing: "Изменение", edited: "изм.", asked: "Бот ждёт ответа",
    general: "General", topics: "Темы", no_messages: "Здесь пока тихо", no_client: "Напишите первое сообщение: оно станет заявкой",
    no_news: "Новостей пока нет", no_mail: "Писем пока нет",
    topic_made: "Тема создана", topic_renamed: "Тема изменена", topic_closed: "Тема закрыта", topic_opened: "Тема открыта",
    pinned: "Сообщение закреплено", joined: "Теперь в группе", left: "Больше не в группе", service: "Служебное сообщение",
    photo: "Фото", video: "Видео", animation: "Анимация", voice: "Голосовое", audio: "Аудио", document: "Файл",
    video_note: "Видеосообщение", sticker: "Стикер", location: "Место на карте", contact: "Контакт", poll: "Опрос",
    other: "Сообщение, которого эта страница не умеет показывать",
    inbox: "Входящие", sent: "Отправленные", compose: "Написать", from: "От", to: "Кому", cc: "Копия", subject: "Тема",
    no_subject: "(без темы)", letter: "Текст письма", quoted: "Цитата", will_quote: "Ниже будет процитировано исходное письмо",
    mail_sent: "Письмо отправлено", to_list: "К списку",
    stopped: "Демо остановлено. Запустите его снова: make demo", failed: "Не получилось",
    today: "Сегодня",
  },
  en: {
    client: "Client in Telegram", mail: "Client by email", staff: "Staff group", agent: "Private chat of staff",
    news: "Announcement channel", tab_client: "Client", tab_mail: "Mail", tab_staff: "Group", tab_agent: "Staff",
    tab_news: "Channel", you_are: "You are", languages: "Language of the page",
    guide1: "Write as a client", guide1_how: "in Telegram on the left, or a mail",
    guide2: "Press Take and Answer", guide2_how: "in the staff group; reply to the bot's prompt",
    guide3: "See the answer arrive", guide3_how: "three seconds later the client has it",
    guide_done: "That is it! Now try a note, a file or a mail.",
    message: "Message", message_client: "Write as a client…", message_note: "A note for colleagues…",
    message_room: "Message to the group…", message_news: "Post to the channel…", message_bot: "Message to the bot…",
    send: "Send", attach: "Attach a file", remove: "Remove", cancel: "Cancel",
    reply: "Reply", reply_to: "Reply to this", edit: "Edit", trash: "Delete", react: "React",
    replying: "Reply", editing: "Editing", edited: "edited", asked: "The bot waits for a reply",
    general: "General", topics: "Topics", no_messages: "Quiet here so far", no_client: "Write the first message: it becomes a ticket",
    no_news: "No news yet", no_mail: "No mail yet",
    topic_made: "Topic created", topic_renamed: "Topic changed", topic_closed: "Topic closed", topic_opened: "Topic reopened",
    pinned: "Message pinned", joined: "Joined the group", left: "Left the group", service: "Service message",
    photo: "Photo", video: "Video", animation: "Animation", voice: "Voice message", audio: "Audio", document: "File",
    video_note: "Video message", sticker: "Sticker", location: "Place on the map", contact: "Contact", poll: "Poll",
    other: "A message this page cannot show",
    inbox: "Inbox", sent: "Sent", compose: "Write", from: "From", to: "To", cc: "Cc", subject: "Subject",
    no_subject: "(no subject)", letter: "Text", quoted: "Quotation", will_quote: "The original will be quoted below",
    mail_sent: "Mail sent", to_list: "To the list",
    stopped: "The demo has stopped. Start it again: make demo", failed: "That did not work",
    today: "Today",
  },
};

export const LANGUAGES = ["ru", "en"];

const KEPT = "okno.language";
let language = first();

function first() {
  const kept = localStorage.getItem(KEPT);
  if (LANGUAGES.includes(kept)) return kept;
  return navigator.language.toLowerCase().startsWith("ru") ? "ru" : "en";
}

export function spoken() {
  return language;
}

export function speak(other) {
  language = other;
  localStorage.setItem(KEPT, other);
  document.documentElement.lang = other;
}

export function t(key) {
  return WORDS[language][key] ?? key;
}

export function clock(date) {
  return date.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

export function day(date) {
  if (date.toDateString() === new Date().toDateString()) return t("today");
  return date.toLocaleDateString(language, { day: "numeric", month: "long" });
}

export function size(bytes) {
  const units = language === "ru" ? ["Б", "КБ", "МБ"] : ["B", "KB", "MB"];
  let at = 0;
  let value = bytes;
  while (value >= 1024 && at < units.length - 1) {
    value /= 1024;
    at += 1;
  }
  return `${value < 10 && at ? value.toFixed(1) : Math.round(value)} ${units[at]}`;
}
