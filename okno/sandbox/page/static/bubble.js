// One message, or one album, as a bubble with its buttons, reactions and what can be done with it.

import { el, iconButton } from "./dom.js";
import { gist, isPicture, kindOf, media } from "./media.js";
import { flat, rich } from "./rich.js";
import { clock, t } from "./words.js";

const REACTIONS = ["👍", "❤", "🔥", "👀", "🎉"];
const SERVICE = {
  forum_topic_created: "topic_made", forum_topic_edited: "topic_renamed", forum_topic_closed: "topic_closed",
  forum_topic_reopened: "topic_opened", pinned_message: "pinned", new_chat_members: "joined", left_chat_member: "left",
};

export function isService(message) {
  return Object.keys(SERVICE).some((kind) => message[kind]);
}

export function service(message) {
  const kind = Object.keys(SERVICE).find((one) => message[one]);
  const name = message[kind].name;
  return el("div", { class: "service", dir: "auto" }, t(SERVICE[kind]), name ? [": ", el("bdi", {}, name)] : null);
}

// `deeds`: reply, edit, trash, react, press; any of them may be missing where it cannot be done.
export function bubble(messages, { mine, named, acting, deeds }) {
  const first = messages[0];
  const worded = messages.find((one) => one.text || one.caption) ?? first;
  const classes = ["bubble", mine ? "mine" : "theirs", messages.every(isPicture) ? "pictured" : ""];
  return el(
    "article",
    { class: classes.join(" "), "data-message": first.message_id, tabindex: -1 },
    named && !mine ? author(first) : null,
    answered(first),
    el("div", { class: messages.length > 1 ? "album" : "single" }, messages.map(media)),
    words(worded),
    unknown(messages),
    el("footer", {}, worded.edit_date ? el("span", { t: "edited" }) : null, el("time", {}, clock(new Date(first.date * 1000)))),
    reactions(messages, acting, deeds),
    buttons(first, deeds),
    toolbar(messages, mine, deeds),
  );
}

function author(message) {
  const who = message.sender_chat ?? message.from;
  const name = who.title ?? [who.first_name, who.last_name].filter(Boolean).join(" ");
  return el("bdi", { class: `author hue${Math.abs(who.id) % 6}` }, name);
}

// In a topic every message "answers" the one that made the topic; that is no quotation.
function answered(message) {
  const original = message.reply_to_message;
  if (!original || original.forum_topic_created) return null;
  const words = message.quote?.text ?? gist(original);
  const who = original.from?.first_name ?? original.sender_chat?.title ?? "";
  return el("div", { class: "answered", dir: "auto" }, el("bdi", { class: "answered-who" }, who), el("span", {}, flat(words)));
}

function words(message) {
  const text = message.text ?? message.caption;
  if (!text) return null;
  return el("div", { class: "words", dir: "auto" }, rich(text, message.entities ?? message.caption_entities));
}

function unknown(messages) {
  const known = messages.some((one) => kindOf(one) || one.text || one.caption);
  return known ? null : el("div", { class: "fact", t: "other" });
}

function reactions(messages, acting, deeds) {
  const all = messages.flatMap((one) => Object.entries(one.reactions ?? {}));
  const counts = new Map();
  for (const [who, given] of all) {
    for (const { emoji } of given) {
      const seen = counts.get(emoji) ?? { count: 0, own: false };
      counts.set(emoji, { count: seen.count + 1, own: seen.own || Number(who) === acting });
    }
  }
  if (!counts.size) return null;
  const one = ([emoji, { count, own }]) => {
    const press = () => deeds.react?.(messages[0], own ? [] : [emoji]);
    return el("button", { type: "button", class: own ? "reaction own" : "reaction", on: { click: press } }, `${emoji} ${count}`);
  };
  return el("div", { class: "reactions" }, [...counts].map(one));
}

function buttons(message, deeds) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return null;
  const key = (button) => {
    if (button.url) return el("a", { class: "key", href: safe(button.url), target: "_blank", rel: "noopener noreferrer" }, button.text);
    const press = (event) => deeds.press?.(message, button, event.currentTarget);
    return el("button", { type: "button", class: "key", disabled: !button.callback_data, on: { click: press } }, button.text);
  };
  return el("div", { class: "keys" }, rows.map((row) => el("div", { class: "key-row" }, row.map(key))));
}

function safe(address) {
  return /^https?:\/\//i.test(address) ? address : undefined;
}

function toolbar(messages, mine, deeds) {
  const message = messages[0];
  const tools = [
    deeds.react && reactionMenu(message, deeds.react),
    deeds.reply && iconButton("reply", "reply_to", () => deeds.reply(message)),
    mine && deeds.edit && messages.length === 1 && iconButton("edit", "edit", () => deeds.edit(message)),
    mine && deeds.trash && iconButton("trash", "trash", () => deeds.trash(messages)),
  ].filter(Boolean);
  return tools.length ? el("div", { class: "tools" }, tools) : null;
}

function reactionMenu(message, react) {
  const choose = (emoji) => el("button", { type: "button", class: "reaction", on: { click: () => react(message, [emoji]) } }, emoji);
  const menu = el("span", { class: "menu", hidden: true }, REACTIONS.map(choose));
  const turn = () => {
    menu.hidden = !menu.hidden;
  };
  return el("span", { class: "menu-place" }, menu, iconButton("smile", "react", turn));
}
