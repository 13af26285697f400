// The announcement channel: its posts, and the line of the one who may post.

import { Composer } from "./composer.js";
import { writing } from "./deeds.js";
import { Log } from "./log.js";
import { pane } from "./pane.js";
import { Thread } from "./thread.js";

export class Channel {
  constructor({ news, heard }) {
    const deeds = writing(() => news.author, () => ({ chat: news.id }));
    this.composer = new Composer({ placeholder: "message_news", change: deeds.change, send: (said) => deeds.send(said) });
    this.thread = new Thread({ empty: "no_news", deeds: { press: deeds.press } });
    this.log = new Log(news.id, (change) => {
      if (change?.kind === "message") heard(change.message);
      this.show();
    });
    this.pane = pane({ id: "news", role: "news", badge: "📣", hue: "hue-news", title: news.title });
    this.pane.body.append(this.thread.element, this.composer.element);
  }

  get element() {
    return this.pane.element;
  }

  load() {
    return this.log.load();
  }

  show() {
    this.thread.show(this.log.list(), 0);
  }
}
