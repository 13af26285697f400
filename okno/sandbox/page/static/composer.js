// The input line of a chat: words, files, what is answered, what is being changed.

import { el, icon, iconButton } from "./dom.js";
import { gist } from "./media.js";
import { flat } from "./rich.js";
import { toast, trying } from "./toast.js";
import { Tray } from "./upload.js";
import { t } from "./words.js";

const TALLEST = 160;

export class Composer {
  // `send({text, files, answers})` and `change(message, text)` do it; both may throw Refused.
  constructor({ placeholder, send, change }) {
    this.send = send;
    this.change = change;
    this.usual = placeholder;
    this.answers = null;
    this.asked = null;
    this.changes = null;
    this.tray = new Tray();
    this.bar = el("div", { class: "bar", hidden: true });
    this.input = el("textarea", { rows: 1, dir: "auto", say: { placeholder, "aria-label": "message" }, on: { input: () => this.grow(), keydown: (event) => this.key(event) } });
    const go = el("button", { type: "submit", class: "go", say: { title: "send", "aria-label": "send" } }, icon("send"));
    const submit = (event) => {
      event.preventDefault();
      trying(() => this.submit());
    };
    this.element = el("form", { class: "composer", on: { submit } }, this.bar, this.tray.element, el("div", { class: "line" }, this.tray.button, this.tray.input, this.input, go));
    this.tray.listen(this.element);
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.element.requestSubmit();
    } else if (event.key === "Escape") {
      this.clear();
    }
  }

  grow() {
    this.input.style.height = "auto";
    const borders = this.input.offsetHeight - this.input.clientHeight;
    this.input.style.height = `${Math.min(this.input.scrollHeight + borders, TALLEST)}px`;
  }

  // `asked`: the bot itself asked for this reply, with its own words for the empty line.
  reply(message, asked = null) {
    this.clear();
    this.answers = message;
    this.asked = asked;
    this.show(asked ? "asked" : "replying", gist(message), asked ? "asked" : "");
    if (asked?.input_field_placeholder) this.input.placeholder = asked.input_field_placeholder;
    this.focus();
  }

  edit(message) {
    this.clear();
    this.changes = message;
    this.input.value = message.text ?? message.caption ?? "";
    this.show("editing", this.input.value);
    this.grow();
    this.focus();
  }

  show(key, words, kind = "") {
    this.bar.className = `bar ${kind}`;
    this.bar.hidden = false;
    this.bar.replaceChildren(
      icon(key === "editing" ? "edit" : "reply"),
      el("div", {}, el("b", { t: key }), el("span", { dir: "auto" }, flat(words, 120))),
      iconButton("close", "cancel", () => this.clear()),
    );
  }

  clear() {
    if (this.changes) this.input.value = "";
    this.answers = null;
    this.asked = null;
    this.changes = null;
    this.bar.hidden = true;
    this.input.placeholder = t(this.usual);
    this.grow();
  }

  place(key) {
    this.usual = key;
    this.input.dataset.tplaceholder = key;
    if (!this.answers) this.input.placeholder = t(key);
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }

  async submit() {
    const text = this.input.value.trim();
    const { changes, answers, asked } = this;
    if (changes) {
      if (text) await this.change(changes, text);
      this.clear();
      return;
    }
    if (!text && !this.tray.files.length) return;
    const files = this.tray.take();
    this.input.value = "";
    this.clear();
    try {
      await this.send({ text, files, answers, asked });
    } catch (error) {
      // What was written is not lost with what went wrong.
      this.input.value = text;
      this.tray.add(files);
      if (answers) this.reply(answers, asked);
      this.grow();
      toast(error.message, "wrong");
    }
  }
}
