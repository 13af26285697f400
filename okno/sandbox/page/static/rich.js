// Text with Telegram's entities as DOM nodes. Offsets are UTF-16 units, which is how JavaScript counts too.

import { el } from "./dom.js";

const SAFE = new Set(["http:", "https:", "mailto:", "tel:"]);
const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };

export function rich(text, entities = []) {
  const sorted = [...entities]
    .filter((one) => one.length > 0 && one.offset >= 0 && one.offset < text.length)
    .sort((a, b) => a.offset - b.offset || b.length - a.length);
  return build(text, sorted, 0, text.length);
}

function build(text, entities, from, to) {
  const nodes = [];
  let at = from;
  let left = entities;
  while (left.length) {
    const [first, ...rest] = left;
    const start = Math.max(first.offset, at);
    const end = Math.min(first.offset + first.length, to);
    if (start > at) nodes.push(text.slice(at, start));
    const inside = rest.filter((one) => one.offset < end);
    if (end > start) nodes.push(wrapped(first, text.slice(start, end), build(text, inside, start, end)));
    at = Math.max(at, end);
    left = rest.filter((one) => one.offset >= end);
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

function wrapped(entity, words, nodes) {
  const { type } = entity;
  if (TAGS[type]) return el(TAGS[type], {}, nodes);
  if (type === "pre") return el("pre", {}, el("code", {}, nodes));
  if (type === "blockquote") return el("blockquote", { dir: "auto" }, nodes);
  if (type === "expandable_blockquote") return expandable(nodes);
  if (type === "spoiler") return spoiler(nodes);
  if (type === "text_link") return link(entity.url, nodes);
  if (type === "url") return link(/^[a-z]+:/i.test(words) ? words : `https://${words}`, nodes);
  if (type === "email") return link(`mailto:${words}`, nodes);
  if (type === "custom_emoji") return el("span", {}, nodes);
  return el("span", { class: "mark" }, nodes);
}

function link(address, nodes) {
  let safe = false;
  try {
    safe = SAFE.has(new URL(address).protocol);
  } catch {
    // Not an address: shown as the words it is.
  }
  if (!safe) return el("span", { class: "mark" }, nodes);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, nodes);
}

function spoiler(nodes) {
  const show = (event) => event.currentTarget.classList.add("shown");
  return el("span", { class: "spoiler", tabindex: 0, on: { click: show, focus: show } }, nodes);
}

function expandable(nodes) {
  const turn = (event) => event.currentTarget.classList.toggle("open");
  return el("blockquote", { class: "expandable", dir: "auto", tabindex: 0, on: { click: turn } }, nodes);
}

// One line for previews: no entities, no line breaks.
export function flat(text, most = 90) {
  const line = text.replace(/\s+/g, " ").trim();
  const letters = [...line];
  return letters.length > most ? `${letters.slice(0, most).join("")}…` : line;
}
