// One row of a mail folder.

import { el, icon } from "./dom.js";
import { clock, t } from "./words.js";

export function row(mail, { sent, unread, open }) {
  const attached = mail.attachments ? icon("clip") : null;
  return el(
    "button",
    { type: "button", class: unread ? "mail-row unread" : "mail-row", "data-uid": mail.uid, on: { click: open } },
    el("bdi", { class: "mail-who" }, sent ? mail.to : called(mail.from)),
    el("span", { class: "mail-when" }, attached, el("time", {}, clock(new Date(mail.at)))),
    el("span", { class: "mail-subject", dir: "auto" }, mail.subject || t("no_subject")),
  );
}

// The name in front of an address, or the address.
export function called(header) {
  const name = header.replace(/<[^>]*>\s*$/, "").trim().replace(/^"(.*)"$/, "$1");
  return name || header;
}
