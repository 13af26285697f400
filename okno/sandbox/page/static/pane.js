// The frame of a pane: what it is, whose it is, its marks; and chips to choose a person by.

import { el } from "./dom.js";

// `badge`: a letter or sign on the round; `hue` its colour; `title`: words, or the chips that stand for them.
export function pane({ id, role, badge, hue, title, aside = null }) {
  const round = el("span", { class: `round ${hue}`, "aria-hidden": "true" }, badge);
  const name = typeof title === "string" ? el("bdi", { class: "pane-title" }, title) : title;
  const head = el("header", { class: "pane-head" }, round, el("div", { class: "pane-names" }, el("small", { t: role }), name), aside);
  const body = el("div", { class: "pane-body" });
  const element = el("section", { class: "pane", id, say: { "aria-label": role } }, head, body);
  const sign = (words) => {
    round.textContent = words;
  };
  return { element, body, sign };
}

export class Chips {
  // `people`: [{key, name}]; `chosen` hears the key.
  constructor(people, chosen, label) {
    this.buttons = new Map(
      people.map(({ key, name }) => {
        const press = () => {
          this.choose(key);
          chosen(key);
        };
        return [key, el("button", { type: "button", class: "chip-button", on: { click: press } }, el("bdi", {}, name))];
      }),
    );
    this.element = el("div", { class: "chips", role: "group", say: label ? { "aria-label": label } : {} }, [...this.buttons.values()]);
  }

  choose(key) {
    for (const [other, button] of this.buttons) button.setAttribute("aria-pressed", String(other === key));
    this.mark(key, false);
  }

  // A dot for what was not looked at yet.
  mark(key, on) {
    this.buttons.get(key)?.classList.toggle("unread", on);
  }
}
