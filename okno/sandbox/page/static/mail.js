// A client's mail program: inbox, sent, an open mail, and writing one.

import { mail } from "./api.js";
import { el, icon } from "./dom.js";
import { Draft } from "./draft.js";
import { on } from "./feed.js";
import { letter } from "./letter.js";
import { row } from "./letters.js";
import { Chips, pane } from "./pane.js";
import { Rows } from "./rows.js";
import { spoken } from "./words.js";

export class Mail {
  // `did` hears ("wrote", text); `heard` every mail that arrives, whole.
  constructor({ writers, support, did, heard }) {
    this.writers = writers;
    this.writer = writers[0];
    this.support = support;
    this.did = did;
    this.heard = heard;
    this.folder = "inbox";
    this.unread = new Set();
    this.chips = new Chips(writers.map((one) => ({ key: one.address, name: one.name.split(" ")[0] })), (key) => this.choose(key));
    this.pane = pane({ id: "mail", role: "mail", badge: "@", hue: "hue-mail", title: this.chips.element });
    this.pane.body.classList.add("mail");
    this.frame();
    on("mail", (change) => this.arrived(change));
    on("anew", () => this.show());
  }

  frame() {
    this.tabs = new Map(
      ["inbox", "sent"].map((folder) => {
        const press = () => this.look(folder);
        return [folder, el("button", { type: "button", class: "tab", t: folder, on: { click: press } })];
      }),
    );
    const write = el("button", { type: "button", class: "primary write", on: { click: () => this.write() } }, icon("pen"), el("span", { t: "compose" }));
    this.bar = el("div", { class: "mail-bar" }, [...this.tabs.values()], write);
    this.view = el("div", { class: "mail-view" });
    this.list = el("div", { class: "mail-list" });
    this.rows = new Rows(this.list, el("p", { class: "empty", t: "no_mail" }));
    this.pane.body.append(this.bar, this.view);
  }

  get element() {
    return this.pane.element;
  }

  load() {
    this.choose(this.writer.address);
  }

  choose(address) {
    this.writer = this.writers.find((one) => one.address === address);
    this.chips.choose(address);
    return this.look("inbox");
  }

  look(folder) {
    this.folder = folder;
    this.draft = null;
    this.reading = false;
    return this.show();
  }

  async arrived({ mailbox, uid }) {
    if (this.writers.some((one) => one.address === mailbox)) {
      this.unread.add(`${mailbox} ${uid}`);
      if (mailbox !== this.writer.address) this.chips.mark(mailbox, true);
      this.heard(await mail(`/mailboxes/${encodeURIComponent(mailbox)}/messages/${uid}`));
    }
    if (!this.reading && !this.draft) await this.show();
  }

  // What a client sent lies in the studio's own inbox; a mail program would keep its own copy.
  box() {
    return this.folder === "inbox" ? this.writer.address : this.support;
  }

  async show() {
    for (const [folder, tab] of this.tabs) tab.setAttribute("aria-pressed", String(folder === this.folder));
    const box = this.box();
    const { messages } = await mail(`/mailboxes/${encodeURIComponent(box)}/messages`);
    if (this.reading || this.draft || box !== this.box()) return;
    const own = messages.filter((one) => this.folder === "inbox" || one.from.includes(this.writer.address)).reverse();
    const sent = this.folder === "sent";
    this.rows.show(
      own.map((one) => {
        const unread = this.unread.has(`${box} ${one.uid}`);
        const draw = () => row(one, { sent, unread, open: () => this.open(one.uid) });
        return { key: `${box} ${one.uid}`, look: JSON.stringify([spoken(), one, unread]), draw };
      }),
    );
    if (this.view.firstChild !== this.list) this.view.replaceChildren(this.list);
  }

  async open(uid) {
    this.reading = true;
    const box = this.box();
    const read = await mail(`/mailboxes/${encodeURIComponent(box)}/messages/${uid}`);
    this.unread.delete(`${box} ${uid}`);
    const answer = this.folder === "inbox" ? () => this.write(read) : null;
    this.view.replaceChildren(letter(read, { box, back: () => this.look(this.folder), answer }));
    this.view.scrollTop = 0;
  }

  // A new mail, or the answer to one.
  write(answers = null) {
    this.draft = new Draft({ writer: this.writer, support: this.support, answers, left: () => this.look("inbox"), sent: (text) => this.gone(text) });
    this.reading = false;
    this.view.replaceChildren(this.draft.element);
    this.draft.focus();
  }

  async gone(text) {
    this.did("wrote", text);
    await this.look("sent");
  }
}
