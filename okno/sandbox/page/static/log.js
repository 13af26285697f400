// The messages of one chat, kept up to date from the feed. Knows nothing of how they are shown.

import { telegram } from "./api.js";
import { on } from "./feed.js";

const MOST = 400;

export class Log {
  // `changed` hears the change, or nothing when everything was looked at anew.
  constructor(chat, changed) {
    this.chat = chat;
    this.messages = new Map();
    this.changed = changed;
    on("telegram", (change) => this.apply(change));
    on("anew", () => this.load());
  }

  async load() {
    const found = await telegram("messages", { chat: this.chat, limit: MOST });
    this.messages = new Map(found.map((one) => [one.message_id, one]));
    this.changed();
  }

  list() {
    return [...this.messages.values()];
  }

  apply(change) {
    if (change.chat !== this.chat) return;
    const act = ACTS[change.kind];
    if (act) {
      act(this.messages, change);
      this.changed(change);
    }
  }
}

const ACTS = {
  message: (messages, { message, force_reply: asked }) => messages.set(message.message_id, { reactions: {}, asked, ...message }),
  edited: (messages, { message }) => messages.set(message.message_id, { ...messages.get(message.message_id), reply_markup: undefined, ...message }),
  deleted: (messages, { message_ids: gone }) => gone.forEach((one) => messages.delete(one)),
  reaction: (messages, { message_id: number, user, reaction }) => {
    const old = messages.get(number);
    if (!old) return;
    const left = Object.entries(old.reactions ?? {}).filter(([who]) => Number(who) !== user);
    messages.set(number, { ...old, reactions: Object.fromEntries(reaction.length ? [...left, [user, reaction]] : left) });
  },
};
