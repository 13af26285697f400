// A list of messages that keeps its place: only what changed is drawn again, and the end stays in sight.

import { bubble, isService, service } from "./bubble.js";
import { el } from "./dom.js";
import { Rows } from "./rows.js";
import { day, spoken } from "./words.js";

const NEAR = 80;

export class Thread {
  // `empty`: a key of words.js for when there is nothing.
  constructor({ named = false, empty = "no_messages", deeds }) {
    this.named = named;
    this.deeds = deeds;
    this.element = el("div", { class: "thread", tabindex: 0 });
    this.rows = new Rows(this.element, el("p", { class: "empty", t: empty }));
  }

  // `acting`: whose messages stand on the right.
  show(messages, acting, { jump = false } = {}) {
    const { element } = this;
    const atEnd = jump || element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    this.rows.show(
      blocks(messages).map((block) => ({
        key: block.day ?? String(block[0].message_id),
        look: `${spoken()}${acting}${JSON.stringify(block)}`,
        draw: () => this.draw(block, acting),
      })),
    );
    // Only now is it known which quotations are longer than their room.
    for (const one of element.querySelectorAll(".expandable")) one.classList.toggle("short", one.scrollHeight <= one.clientHeight + 2);
    if (atEnd) this.end();
  }

  end() {
    this.element.scrollTop = this.element.scrollHeight;
    for (const picture of this.element.querySelectorAll("img:not([data-seen])")) {
      picture.dataset.seen = "1";
      picture.addEventListener("load", () => this.end(), { once: true });
    }
  }

  draw(block, acting) {
    if (block.day) return el("div", { class: "day" }, block.day);
    if (isService(block[0])) return service(block[0]);
    const mine = block[0].from?.id === acting;
    return bubble(block, { mine, named: this.named, acting, deeds: this.deeds });
  }
}

// Neighbours of one album together, a line where another day begins.
function blocks(messages) {
  const found = [];
  let today = null;
  for (const one of messages) {
    const its = new Date(one.date * 1000).toDateString();
    if (its !== today && found.length) found.push({ day: day(new Date(one.date * 1000)) });
    today = its;
    const last = found.at(-1);
    const together = one.media_group_id && Array.isArray(last) && last[0].media_group_id === one.media_group_id;
    if (together) last.push(one);
    else found.push([one]);
  }
  return found;
}
