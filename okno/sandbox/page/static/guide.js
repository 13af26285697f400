// The three steps of the README on top of the page; each ticks off when it really happened.

import { el } from "./dom.js";

const STEPS = ["guide1", "guide2", "guide3"];

export class Guide {
  // `place(step)` shows the reader where a step is done.
  constructor(element, run, place) {
    this.kept = `okno.guide.${run}`;
    this.done = Number(sessionStorage.getItem(this.kept) ?? 0);
    this.pressed = false;
    this.answer = "";
    this.steps = STEPS.map((key, at) =>
      el("li", {}, el("button", { type: "button", class: "step", on: { click: () => place(at) } }, el("span", { class: "step-sign" }, String(at + 1)), el("span", { class: "step-words" }, el("b", { t: key }), el("small", { t: `${key}_how` })))),
    );
    this.end = el("li", { class: "guide-done", t: "guide_done" });
    element.replaceChildren(...this.steps, this.end);
    this.show();
  }

  show() {
    this.steps.forEach((step, at) => {
      step.className = at < this.done ? "done" : at === this.done ? "now" : "";
      step.querySelector(".step-sign").textContent = at < this.done ? "✓" : String(at + 1);
    });
    this.end.hidden = this.done < STEPS.length;
  }

  tick(step) {
    if (step < this.done) return;
    this.done = step + 1;
    sessionStorage.setItem(this.kept, String(this.done));
    this.show();
  }

  client(what) {
    if (what === "wrote" && this.done === 0) this.tick(0);
  }

  staff(what, text) {
    if (what === "pressed") this.pressed = true;
    if (what === "replied" && this.pressed && text) {
      this.answer = text;
      this.tick(1);
    }
  }

  // Words that reached a client, in Telegram or by mail.
  reached(text) {
    if (this.answer && text.includes(this.answer)) this.tick(2);
  }
}
