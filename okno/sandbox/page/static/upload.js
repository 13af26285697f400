// Files the reader sends: chosen, dropped or pasted; turned into what Telegram or a mail carries.

import { base64 } from "./api.js";
import { el, iconButton } from "./dom.js";
import { size } from "./words.js";

const PHOTO = new Set(["image/png", "image/jpeg", "image/webp"]);

// The files waiting under an input line.
export class Tray {
  constructor() {
    this.files = [];
    this.element = el("div", { class: "tray", hidden: true });
    this.input = el("input", { type: "file", multiple: true, hidden: true, on: { change: () => this.chosen() } });
    this.button = iconButton("clip", "attach", () => this.input.click());
  }

  chosen() {
    this.add(this.input.files);
    this.input.value = "";
  }

  // Whatever is dropped on or pasted into this element comes here.
  listen(element) {
    element.addEventListener("dragover", (event) => event.preventDefault());
    element.addEventListener("drop", (event) => {
      event.preventDefault();
      this.add(event.dataTransfer.files);
    });
    element.addEventListener("paste", (event) => this.add(event.clipboardData.files));
  }

  add(files) {
    this.files.push(...files);
    this.draw();
  }

  take() {
    const taken = this.files;
    this.files = [];
    this.draw();
    return taken;
  }

  draw() {
    this.element.hidden = !this.files.length;
    this.element.replaceChildren(
      ...this.files.map((file) => {
        const drop = () => {
          this.files = this.files.filter((one) => one !== file);
          this.draw();
        };
        return el("span", { class: "chip" }, el("bdi", {}, file.name), el("small", {}, size(file.size)), iconButton("close", "remove", drop));
      }),
    );
  }
}

function kindOf(file) {
  if (PHOTO.has(file.type)) return "photo";
  if (file.type === "audio/ogg" || file.type === "video/ogg") return "voice";
  if (file.type.startsWith("audio/")) return "audio";
  return file.type === "video/mp4" ? "video" : "document";
}

// As an item of the sandbox's album, which is also what its `send` takes.
export async function forTelegram(file) {
  const kind = kindOf(file);
  const item = { kind, file: await base64(file), name: file.name, mime: file.type };
  if (kind !== "photo") return item;
  const picture = await createImageBitmap(file).catch(() => null);
  // A picture no browser can read is sent as the file it is.
  if (!picture) return { ...item, kind: "document" };
  return { ...item, content: { width: picture.width, height: picture.height } };
}

export async function forMail(file) {
  return { name: file.name, type: file.type || "application/octet-stream", base64: await base64(file) };
}

const TOGETHER = [new Set(["photo", "video"]), new Set(["document"]), new Set(["audio"])];
const ALBUM = 10;

// Which of them Telegram lets stand in one album, in order.
export function albums(items) {
  const found = [];
  for (const item of items) {
    const family = TOGETHER.find((one) => one.has(item.kind));
    const last = found.at(-1);
    if (family && last?.family === family && last.items.length < ALBUM) last.items.push(item);
    else found.push({ family, items: [item] });
  }
  return found.map((one) => one.items);
}
