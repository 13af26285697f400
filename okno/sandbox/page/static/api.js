// The roads to the sandboxes. Every answer that is no success is thrown as Refused, with words for a person.

import { t } from "./words.js";

export class Refused extends Error {}

async function ask(path, body) {
  const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const answer = await fetch(path, { ...options, headers: { "Content-Type": "application/json" } }).catch(() => {
    throw new Refused(t("stopped"));
  });
  const read = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(read.error || `${answer.status} ${answer.statusText}`);
  return read;
}

// An act or look of the sandbox's Telegram; okno/sandbox/telegram/people.py tells them all.
export async function telegram(name, facts = {}) {
  return (await ask(`/sandbox/${name}`, facts)).result;
}

export function mail(path, body) {
  return ask(`/sandbox/mail${path}`, body);
}

export function demo(path, body) {
  return ask(`/demo/${path}`, body);
}

export function fileAddress(id) {
  return `/sandbox/file?file_id=${encodeURIComponent(id)}`;
}

export function attachmentAddress(address, uid, place) {
  return `/sandbox/mail/mailboxes/${encodeURIComponent(address)}/messages/${uid}/attachments/${place}`;
}

// A file of the reader's as base64, in pieces: one long argument list would be too much for the browser.
export async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
