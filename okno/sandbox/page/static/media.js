// What a message carries beside words, as DOM nodes: pictures, files, sound, places. And its name in one line.

import { fileAddress } from "./api.js";
import { el, icon } from "./dom.js";
import { size, t } from "./words.js";

const FILES = ["photo", "video", "animation", "video_note", "voice", "audio", "document", "sticker"];
const PICTURE = new Set(["photo", "video", "animation", "video_note"]);

export function kindOf(message) {
  // An animation carries itself as a document too.
  return [...FILES, "venue", "location", "contact", "poll", "dice"].find((kind) => message[kind]);
}

export function isPicture(message) {
  return PICTURE.has(kindOf(message));
}

// Null when the message is words alone.
export function media(message) {
  const kind = kindOf(message);
  if (!kind) return null;
  return (SHOWN[kind] ?? other)(message[kind], kind);
}

function photo(sizes) {
  const whole = sizes.at(-1);
  const address = fileAddress(whole.file_id);
  const open = () => lightbox(address);
  const picture = el("img", { src: address, alt: "", say: { alt: "photo" }, width: whole.width, height: whole.height, loading: "lazy" });
  return el("button", { type: "button", class: "photo", on: { click: open } }, picture);
}

function lightbox(address) {
  const close = () => shown.remove();
  const shown = el("dialog", { class: "lightbox", on: { click: close, close } }, el("img", { src: address, alt: "" }));
  document.body.append(shown);
  shown.showModal();
}

function film(file) {
  return el("video", { class: "film", controls: true, preload: "metadata", src: fileAddress(file.file_id) });
}

function sound(file, kind) {
  const name = file.title || file.file_name || t(kind);
  const player = el("audio", { controls: true, preload: "none", src: fileAddress(file.file_id) });
  return el("div", { class: "sound" }, el("bdi", { class: "sound-name" }, name), player);
}

function document_(file, kind) {
  const name = file.file_name || t(kind);
  return attachment(name, file.file_size ?? 0, fileAddress(file.file_id));
}

export function attachment(name, bytes, address) {
  return el(
    "a",
    { class: "attachment", href: address, download: name },
    el("span", { class: "attachment-icon" }, icon("file")),
    el("span", { class: "attachment-words" }, el("bdi", { class: "attachment-name" }, name), el("small", {}, size(bytes))),
  );
}

function other(value, kind) {
  const words = {
    sticker: () => value.emoji || t("sticker"),
    dice: () => `${value.emoji} ${value.value}`,
    contact: () => `${t("contact")}: ${value.first_name} ${value.phone_number}`,
    poll: () => `${t("poll")}: ${value.question}`,
    venue: () => `${t("location")}: ${value.title}, ${value.address}`,
    location: () => `${t("location")}: ${value.latitude}, ${value.longitude}`,
  };
  return el("div", { class: kind === "sticker" || kind === "dice" ? "huge" : "fact", dir: "auto" }, words[kind]());
}

const SHOWN = { photo, video: film, animation: film, video_note: film, voice: sound, audio: sound, document: document_ };

// The message in one line, for previews and quotations.
export function gist(message) {
  const kind = kindOf(message);
  const words = message.text || message.caption || "";
  if (words) return kind ? `${t(kind === "venue" ? "location" : kind)}, ${words}` : words;
  if (kind === "document") return message.document.file_name || t("document");
  return kind ? t(kind) : t("service");
}
