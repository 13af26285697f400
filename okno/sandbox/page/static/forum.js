// The staff group: its topics, the open one, and whoever of the staff the reader acts as.

import { telegram } from "./api.js";
import { Composer } from "./composer.js";
import { writing } from "./deeds.js";
import { el, iconButton } from "./dom.js";
import { on } from "./feed.js";
import { Log } from "./log.js";
import { Chips, pane } from "./pane.js";
import { Places } from "./places.js";
import { Thread } from "./thread.js";
import { GENERAL, TopicList } from "./topics.js";

export class Forum {
  constructor({ room, staff, icons, did, heard }) {
    this.room = room;
    this.acting = staff[0].id;
    this.did = did;
    this.heard = heard;
    this.topics = new Map();
    // Until the reader chose a topic, the newest opens by itself.
    this.following = true;
    this.open = GENERAL;
    const deeds = writing(() => this.acting, () => ({ chat: room.id, topic: this.open }));
    this.composer = new Composer({ placeholder: "message_room", change: deeds.change, send: (said) => this.send(deeds, said) });
    this.places = new Places(this.composer);
    this.thread = new Thread({ named: true, deeds: this.deeds(deeds) });
    this.list = new TopicList(icons, (topic) => this.choose(topic));
    this.log = new Log(room.id, (change) => this.changed(change));
    this.frame(staff);
    on("telegram", (change) => this.topicChanged(change));
    on("anew", () => this.loadTopics());
  }

  frame(staff) {
    const chips = new Chips(staff.map((one) => ({ key: one.id, name: one.name })), (key) => this.act(key), "you_are");
    chips.choose(this.acting);
    const whose = el("div", { class: "acting" }, el("small", { t: "you_are" }), chips.element);
    this.pane = pane({ id: "staff", role: "staff", badge: "#", hue: "hue-staff", title: this.room.title, aside: whose });
    this.title = el("bdi", {});
    const back = iconButton("back", "topics", () => this.element.classList.remove("reading"), { class: "icon-button back" });
    const head = el("div", { class: "topic-head" }, back, this.title);
    const side = el("div", { class: "forum-thread" }, head, this.thread.element, this.composer.element);
    this.pane.body.classList.add("forum");
    this.pane.body.append(this.list.element, side);
  }

  get element() {
    return this.pane.element;
  }

  deeds(deeds) {
    const press = (message, button, key) => {
      this.did("pressed", button.text);
      return deeds.press(message, button, key);
    };
    return { ...deeds, press, reply: (message) => this.composer.reply(message), edit: (message) => this.composer.edit(message) };
  }

  async send(deeds, said) {
    await deeds.send(said);
    this.did(said.answers ? "replied" : "noted", said.text);
    this.thread.end();
  }

  async load() {
    await Promise.all([this.loadTopics(), this.log.load()]);
    this.list.seeAll(this.log.list());
    const newest = this.list.order(this.topics, this.log.list())[0];
    this.goTo(newest ? newest.message_thread_id : GENERAL);
  }

  async loadTopics() {
    const found = await telegram("topics", { chat: this.room.id });
    this.topics = new Map(found.filter((one) => !one.deleted).map((one) => [one.message_thread_id, one]));
  }

  act(person) {
    this.acting = person;
    this.show();
  }

  // The reader's own choice; from now on nothing opens by itself.
  choose(topic) {
    this.following = false;
    this.element.classList.add("reading");
    this.goTo(topic);
  }

  // What the reader started as a client is where they want to look next.
  expect() {
    this.following = true;
  }

  goTo(topic) {
    this.open = topic;
    this.places.go(topic);
    this.composer.place(topic === GENERAL ? "message_room" : "message_note");
    this.show(true);
  }

  topicChanged(change) {
    if (change.kind !== "topic" || change.chat !== this.room.id) return;
    const { topic } = change;
    const number = topic.message_thread_id;
    const fresh = !this.topics.has(number) && !topic.deleted;
    if (topic.deleted) this.topics.delete(number);
    else this.topics.set(number, topic);
    if (fresh && this.following && !this.composer.input.value) this.goTo(number);
    else if (topic.deleted && this.open === number) this.goTo(GENERAL);
    else this.show();
  }

  changed(change) {
    if (change?.kind === "message") {
      const { message, force_reply: asked } = change;
      this.places.hear(threadOf(message), message, asked);
      this.heard(message);
    }
    this.show();
  }

  show(jump = false) {
    const all = this.log.list();
    this.list.show(this.topics, all, this.open);
    const topic = this.topics.get(this.open);
    this.title.replaceChildren(...this.list.title(topic));
    this.thread.show(all.filter((one) => threadOf(one) === this.open), this.acting, { jump });
  }
}

export function threadOf(message) {
  return message.is_topic_message ? message.message_thread_id : GENERAL;
}
