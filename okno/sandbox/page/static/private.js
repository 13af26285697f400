// A private chat with the bot, as one of several people: clients on one pane, staff on another.

import { Composer } from "./composer.js";
import { writing } from "./deeds.js";
import { Log } from "./log.js";
import { Chips, pane } from "./pane.js";
import { Places } from "./places.js";
import { Thread } from "./thread.js";

export class Private {
  // `did` hears what the reader did here: ("wrote", text), ("replied", text) to a question, ("pressed", "").
  constructor({ id, role, people, hue, empty, placeholder, did, heard }) {
    this.people = people;
    this.person = people[0];
    this.did = did;
    this.heard = heard;
    const deeds = writing(() => this.person.id, () => ({}));
    this.composer = new Composer({ placeholder, change: deeds.change, send: (said) => this.send(deeds, said) });
    this.places = new Places(this.composer);
    this.thread = new Thread({ empty, deeds: this.deeds(deeds) });
    this.chips = new Chips(people.map((one) => ({ key: one.id, name: one.name })), (key) => this.choose(key));
    this.pane = pane({ id, role, badge: this.person.name[0], hue, title: this.chips.element });
    this.pane.body.append(this.thread.element, this.composer.element);
    this.logs = new Map(people.map((one) => [one.id, new Log(one.id, (change) => this.changed(one.id, change))]));
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
    const asked = said.asked;
    await deeds.send(said);
    this.did(asked ? "replied" : "wrote", said.text);
    this.thread.end();
  }

  async load() {
    await Promise.all([...this.logs.values()].map((log) => log.load()));
    this.choose(this.person.id);
  }

  choose(id) {
    this.person = this.people.find((one) => one.id === id);
    this.chips.choose(id);
    this.pane.sign(this.person.name[0]);
    this.places.go(id);
    this.show(true);
  }

  changed(id, change) {
    if (change?.kind === "message") {
      const { message, force_reply: asked } = change;
      this.places.hear(id, message, asked);
      if (id !== this.person.id && message.from?.id !== id) this.chips.mark(id, true);
      if (message.from?.id !== id) this.heard(message);
    }
    if (id === this.person.id) this.show();
  }

  show(jump = false) {
    this.thread.show(this.logs.get(this.person.id).list(), this.person.id, { jump });
  }
}
