// One input line for several places (topics, people): each keeps its draft and the bot's question that waits there.

export class Places {
  constructor(composer) {
    this.composer = composer;
    this.drafts = new Map();
    this.prompts = new Map();
    this.here = undefined;
  }

  go(place) {
    const { composer } = this;
    if (this.here !== undefined) {
      if (composer.asked) this.prompts.set(this.here, { ...composer.answers, asked: composer.asked });
      this.drafts.set(this.here, composer.changes ? "" : composer.input.value);
      composer.clear();
    }
    this.here = place;
    composer.input.value = this.drafts.get(place) ?? "";
    composer.grow();
    this.look();
  }

  // A message that arrived in a place; one that asks opens the reply to it, at once when the reader is there.
  hear(place, message, asked) {
    if (asked) this.prompts.set(place, { ...message, asked });
    if (place === this.here) this.look();
  }

  look() {
    const waiting = this.prompts.get(this.here);
    if (!waiting) return;
    this.prompts.delete(this.here);
    this.composer.reply(waiting, waiting.asked);
  }
}
