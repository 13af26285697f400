// The list of a forum's topics: icon, name, last words, what is unread.

import { isService } from "./bubble.js";
import { el } from "./dom.js";
import { gist } from "./media.js";
import { flat } from "./rich.js";
import { Rows } from "./rows.js";
import { clock, spoken, t } from "./words.js";

export const GENERAL = 0;

export class TopicList {
  constructor(icons, chosen) {
    this.icons = icons;
    this.chosen = chosen;
    this.seen = new Map();
    this.element = el("nav", { class: "topics", say: { "aria-label": "topics" } });
    this.rows = new Rows(this.element);
  }

  // What was there when the page opened counts as read.
  seeAll(messages) {
    for (const [topic, inside] of byTopic(messages)) this.seen.set(topic, inside.at(-1).message_id);
  }

  order(topics, messages) {
    const inside = byTopic(messages);
    const said = (topic) => inside.get(topic.message_thread_id)?.filter((one) => !isService(one));
    const newest = (topic) => said(topic)?.at(-1)?.message_id ?? topic.message_thread_id;
    return [...topics.values()].sort((a, b) => newest(b) - newest(a));
  }

  show(topics, messages, open) {
    const inside = byTopic(messages);
    const opened = inside.get(open);
    if (opened?.length) this.seen.set(open, opened.at(-1).message_id);
    const general = { message_thread_id: GENERAL, name: t("general") };
    const rows = [...this.order(topics, messages), general];
    this.rows.show(
      rows.map((topic) => {
        const number = topic.message_thread_id;
        const said = (inside.get(number) ?? []).filter((one) => !isService(one));
        const unread = said.filter((one) => one.message_id > (this.seen.get(number) ?? 0)).length;
        const last = said.at(-1);
        const look = JSON.stringify([spoken(), topic, last, unread, number === open]);
        return { key: String(number), look, draw: () => this.row(topic, last, unread, number === open) };
      }),
    );
  }

  row(topic, last, unread, open) {
    const number = topic.message_thread_id;
    const classes = ["topic", open ? "open" : "", topic.closed ? "closed" : ""].join(" ");
    return el(
      "button",
      { type: "button", class: classes, "aria-current": open ? "true" : "false", on: { click: () => this.chosen(number) } },
      this.sign(topic),
      el("span", { class: "topic-words" }, el("bdi", { class: "topic-name" }, topic.name), el("span", { class: "topic-last", dir: "auto" }, last ? flat(gist(last), 60) : "")),
      el("span", { class: "topic-side" }, last ? el("time", {}, clock(new Date(last.date * 1000))) : null, unread && !open ? el("b", { class: "count" }, String(unread)) : null),
    );
  }

  sign(topic) {
    const emoji = this.icons[topic.icon_custom_emoji_id];
    if (emoji) return el("span", { class: "sign emoji" }, emoji);
    if (topic.message_thread_id === GENERAL) return el("span", { class: "sign general" }, "#");
    return el("span", { class: `sign hue${(topic.icon_color ?? 0) % 6}` }, topic.name.replace(/^[#\d\s]+/, "")[0] ?? "#");
  }

  title(topic) {
    return topic ? [this.sign(topic), el("b", {}, topic.name)] : [el("b", { t: "general" })];
  }
}

function byTopic(messages) {
  const found = new Map();
  for (const one of messages) {
    const topic = one.is_topic_message ? one.message_thread_id : GENERAL;
    if (!found.has(topic)) found.set(topic, []);
    found.get(topic).push(one);
  }
  return found;
}
