// What a person does in Telegram, as the sandbox's acts. `who` and `where` are asked at the moment of the deed.

import { telegram } from "./api.js";
import { alarm, toast, trying } from "./toast.js";
import { albums, forTelegram } from "./upload.js";
import { t } from "./words.js";

// `where()` gives {} in a private chat, {chat, topic} elsewhere.
export function writing(who, where) {
  const chat = () => {
    const { chat: number } = where();
    return number === undefined ? {} : { chat: number };
  };
  return {
    async send({ text, files, answers }) {
      const base = { user: who(), ...where(), ...(answers ? { reply_to: answers.message_id } : {}) };
      const items = await Promise.all(files.map(forTelegram));
      let caption = text;
      if (!items.length) return telegram("say", { ...base, text });
      for (const group of albums(items)) {
        const [first, ...rest] = group;
        if (rest.length) await telegram("album", { ...base, items: [{ ...first, caption }, ...rest] });
        else await telegram("send", { ...base, ...first, caption });
        caption = "";
      }
      return undefined;
    },
    change: (message, text) => {
      const field = message.text === undefined ? "caption" : "text";
      return telegram("edit", { user: who(), ...chat(), message_id: message.message_id, [field]: text });
    },
    trash: (messages) =>
      trying(() => telegram("delete", { user: who(), ...chat(), message_ids: messages.map((one) => one.message_id) })),
    react: (message, emoji) =>
      trying(() => telegram("react", { user: who(), ...chat(), message_id: message.message_id, emoji })),
    press: (message, button, key) => trying(() => pressed({ user: who(), ...chat() }, message, button, key)),
  };
}

async function pressed(base, message, button, key) {
  key.classList.add("waiting");
  const facts = { ...base, message_id: message.message_id, data: button.callback_data };
  const said = await telegram("press", facts).finally(() => key.classList.remove("waiting"));
  if (!said.answered) toast(t("failed"), "wrong");
  else if (said.text && said.show_alert) alarm(said.text);
  else if (said.text) toast(said.text);
}
