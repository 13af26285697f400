// An open mail: heads, words with quotations folded, attachments.

import { attachmentAddress } from "./api.js";
import { el, icon, iconButton } from "./dom.js";
import { attachment } from "./media.js";
import { clock, t } from "./words.js";

// `answer` null: a mail one wrote oneself.
export function letter(mail, { box, back, answer }) {
  const files = mail.attachments.map((one) => attachment(one.name, one.size, attachmentAddress(box, mail.uid, one.place)));
  const reply = answer && el("button", { type: "button", class: "primary", on: { click: answer } }, icon("reply"), el("span", { t: "reply" }));
  return el(
    "article",
    { class: "letter" },
    el("div", { class: "letter-bar" }, iconButton("back", "to_list", back), el("h3", { dir: "auto" }, mail.subject || t("no_subject")), el("time", {}, clock(new Date(mail.at)))),
    el("dl", {}, head("from", mail.from), head("to", mail.to), mail.cc ? head("cc", mail.cc) : null),
    el("div", { class: "letter-words", dir: "auto" }, folded(mail.text)),
    files.length ? el("div", { class: "letter-files" }, files) : null,
    reply ? el("div", { class: "letter-end" }, reply) : null,
  );
}

function head(key, words) {
  // Quotation marks around a name are the header's, not the name's.
  return [el("dt", { t: key }), el("dd", { dir: "auto" }, words.replace(/^"([^"]*)" </, "$1 <"))];
}

// Lines that begin with > are somebody's earlier words.
export function folded(text) {
  const nodes = [];
  let run = [];
  let quoting = false;
  const close = () => {
    const words = run.join("\n").replace(/^\n+|\n+$/g, "");
    if (words) nodes.push(quoting ? quotation(words) : el("p", { dir: "auto" }, words));
    run = [];
  };
  for (const line of text.trim().split("\n")) {
    const quoted = line.startsWith(">");
    if (quoted !== quoting) {
      close();
      quoting = quoted;
    }
    run.push(quoted ? line.replace(/^>+ ?/, "") : line);
  }
  close();
  return nodes;
}

function quotation(words) {
  return el("details", { class: "quotation" }, el("summary", { t: "quoted" }), el("blockquote", { dir: "auto" }, words));
}
