// What changes in the sandboxes, by long poll, to whoever listens; `anew` when too much was missed to follow.

import { demo } from "./api.js";

const heard = { telegram: [], mail: [], anew: [], line: [] };
const WAIT = 25;

export function on(kind, listener) {
  heard[kind].push(listener);
}

function tell(kind, fact) {
  for (const listener of heard[kind]) listener(fact);
}

// Never returns. A line that broke is told once as {up: false}, and {up: true} when it is back.
export async function follow({ telegram, mail, run }) {
  let up = true;
  for (;;) {
    try {
      const found = await demo(`changes?telegram=${telegram}&mail=${mail}&wait=${up ? WAIT : 0}`);
      if (found.run !== run) location.reload();
      if (!up) tell("line", { up: (up = true) });
      telegram = found.telegram.next;
      mail = found.mail.next;
      if (found.telegram.missed) tell("anew");
      else for (const change of found.telegram.changes) tell("telegram", change);
      for (const change of found.mail.changes) tell("mail", change);
    } catch (error) {
      console.warn("the demo does not answer", error);
      if (up) tell("line", { up: (up = false) });
      await new Promise((resolve) => setTimeout(resolve, 1500));
    }
  }
}
