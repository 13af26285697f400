// A mail being written, new or in answer; it goes out over the sandbox's SMTP.

import { mail } from "./api.js";
import { el, icon, iconButton } from "./dom.js";
import { folded } from "./letter.js";
import { toast, trying } from "./toast.js";
import { forMail, Tray } from "./upload.js";
import { t } from "./words.js";

export class Draft {
  constructor({ writer, support, answers, left, sent }) {
    this.writer = writer;
    this.answers = answers;
    this.sent = sent;
    this.tray = new Tray();
    const to = answers ? answers.reply_to || answers.from : support;
    this.to = el("input", { name: "to", value: to, readonly: Boolean(answers), autocomplete: "off", say: { "aria-label": "to" } });
    this.cc = el("input", { name: "cc", autocomplete: "off", say: { "aria-label": "cc" } });
    this.subject = el("input", { name: "subject", dir: "auto", value: answers ? answered(answers.subject) : "", autocomplete: "off", say: { "aria-label": "subject" } });
    this.text = el("textarea", { name: "text", dir: "auto", say: { placeholder: "letter", "aria-label": "letter" } });
    const submit = (event) => {
      event.preventDefault();
      trying(() => this.submit());
    };
    this.element = el("form", { class: "draft", on: { submit } }, this.fields(left));
    this.tray.listen(this.element);
  }

  fields(left) {
    const field = (key, input) => el("label", { class: "field" }, el("span", { t: key }), input);
    const quote = this.answers && el("details", { class: "quotation" }, el("summary", { t: "will_quote" }), el("blockquote", {}, folded(this.answers.text)));
    this.go = el("button", { type: "submit", class: "primary" }, icon("send"), el("span", { t: "send" }));
    return [
      field("to", this.to),
      field("cc", this.cc),
      field("subject", this.subject),
      this.text,
      quote,
      this.tray.element,
      el("div", { class: "draft-end" }, this.go, this.tray.button, this.tray.input, iconButton("close", "cancel", left)),
    ];
  }

  focus() {
    (this.answers || this.subject.value ? this.text : this.subject).focus({ preventScroll: true });
  }

  async submit() {
    this.go.disabled = true;
    try {
      const attachments = await Promise.all(this.tray.files.map(forMail));
      const several = (input) => input.value.split(",").map((one) => one.trim()).filter(Boolean);
      await mail("/compose", {
        from: this.writer.address, name: this.writer.name, cc: several(this.cc), subject: this.subject.value,
        text: this.text.value, attachments,
        ...(this.answers ? { in_reply_to: this.answers.uid } : { to: several(this.to) }),
      });
    } finally {
      this.go.disabled = false;
    }
    toast(t("mail_sent"));
    this.sent(this.text.value);
  }
}

function answered(subject) {
  return /^re:/i.test(subject) ? subject : `Re: ${subject}`;
}
