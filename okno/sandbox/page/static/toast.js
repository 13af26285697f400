// Short words over the page: what a bot says to a press, what went wrong; and alerts that wait for OK.

import { el } from "./dom.js";

const SHOWN = 3500;

export function toast(words, kind = "said") {
  const made = el("div", { class: `toast ${kind}`, dir: "auto" }, words);
  document.getElementById("toasts").append(made);
  setTimeout(() => made.remove(), SHOWN);
}

export function alarm(words) {
  const shown = el(
    "dialog",
    { class: "alarm", on: { close: () => shown.remove() } },
    el("p", { dir: "auto" }, words),
    el("form", { method: "dialog" }, el("button", { class: "primary" }, "OK")),
  );
  document.body.append(shown);
  shown.showModal();
}

// Runs a deed of the reader's; what it throws is shown to them, and it gives undefined.
export async function trying(deed) {
  try {
    return await deed();
  } catch (error) {
    console.warn(error);
    toast(error.message, "wrong");
    return undefined;
  }
}
