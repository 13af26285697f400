// Builds elements. Whatever comes from outside goes in as text, never as markup.

import { t } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["value", "disabled", "hidden", "multiple", "open", "controls", "className", "checked"]);

// Props: on: {event: handler}, t: a key of words.js for the text, title and placeholder: keys too, else attributes.
export function el(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    put(made, name, value);
  }
  made.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return made;
}

function put(made, name, value) {
  if (name === "on") {
    for (const [event, handler] of Object.entries(value)) made.addEventListener(event, handler);
  } else if (name === "t") {
    made.dataset.t = value;
    made.textContent = t(value);
  } else if (name === "say") {
    // [attribute, key]: an attribute in the reader's language
    for (const [attribute, key] of Object.entries(value)) {
      made.dataset[`t${attribute.replace("-", "")}`] = key;
      made.setAttribute(attribute, t(key));
    }
  } else if (PROPERTIES.has(name)) {
    made[name] = value;
  } else {
    made.setAttribute(name === "class" ? "class" : name, value === true ? "" : value);
  }
}

// After a change of language: every element that named its words gets the new ones.
export function reword() {
  for (const one of document.querySelectorAll("[data-t]")) one.textContent = t(one.dataset.t);
  for (const [data, attribute] of [["ttitle", "title"], ["tplaceholder", "placeholder"], ["tarialabel", "aria-label"]]) {
    for (const one of document.querySelectorAll(`[data-${data}]`)) one.setAttribute(attribute, t(one.dataset[data]));
  }
}

const PATHS = {
  reply: "M9 7 4 12l5 5M4 12h9a7 7 0 0 1 7 7",
  edit: "m5 19 1-4L16.5 4.5l3 3L9 18zM14.5 6.5l3 3",
  trash: "M5 7h14M10 7V4h4v3m-7 0 1 13h8l1-13",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8.5 14a4 4 0 0 0 7 0M9 9.5v.5m6-.5v.5",
  clip: "m20 11-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 4.8 4.8l-8.5 8.4a1.7 1.7 0 0 1-2.4-2.4L14.5 7",
  send: "M5 12 4 5l17 7-17 7zm0 0h8",
  close: "m6 6 12 12M18 6 6 18",
  back: "m14 6-6 6 6 6",
  file: "M7 3h7l5 5v13H7zm7 0v5h5",
  pen: "M4 20h16M6 16l1-4 9-9 3 3-9 9z",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5 11h14v9H5z",
};

export function icon(name) {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("class", "icon");
  made.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  made.append(path);
  return made;
}

// A button that is only an icon; its words are its title.
export function iconButton(name, key, press, more = {}) {
  const say = { title: key, "aria-label": key };
  return el("button", { type: "button", class: "icon-button", say, on: { click: press }, ...more }, icon(name));
}
