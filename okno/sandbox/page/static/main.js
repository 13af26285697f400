// Opens the demo, puts the panes side by side, and lets the feed keep them up to date.

import { demo } from "./api.js";
import { Channel } from "./channel.js";
import { el, reword } from "./dom.js";
import { follow, on } from "./feed.js";
import { Forum } from "./forum.js";
import { Guide } from "./guide.js";
import { Mail } from "./mail.js";
import { gist } from "./media.js";
import { Private } from "./private.js";
import { LANGUAGES, speak, spoken } from "./words.js";

const TABS = ["client", "mail", "staff", "agent", "news"];
const ERRAND = 1000;

async function opened() {
  for (;;) {
    try {
      return await demo("open", { language: spoken(), timezone: Intl.DateTimeFormat().resolvedOptions().timeZone });
    } catch (error) {
      console.warn("the demo does not answer", error);
      line({ up: false });
      await new Promise((resolve) => setTimeout(resolve, ERRAND));
    }
  }
}

function build(facts) {
  const desk = {};
  const guide = new Guide(document.getElementById("guide"), facts.run, (step) => lead(desk, step));
  const wrote = (what) => {
    guide.client(what);
    if (what === "wrote") desk.staff.expect();
  };
  const reached = (message) => {
    guide.reached(gist(message));
    news("client");
  };
  desk.client = new Private({ id: "client", role: "client", people: facts.clients, hue: "hue-client", empty: "no_client", placeholder: "message_client", did: wrote, heard: reached });
  desk.mail = new Mail({ ...facts, did: wrote, heard: (mail) => { guide.reached(mail.text); news("mail"); } });
  desk.staff = new Forum({ ...facts, did: (what, text) => guide.staff(what, text), heard: () => news("staff") });
  desk.agent = new Private({ id: "agent", role: "agent", people: facts.staff, hue: "hue-agent", placeholder: "message_bot", did: (what, text) => guide.staff(what, text), heard: () => news("agent") });
  desk.news = new Channel({ news: facts.news, heard: () => news("news") });
  return desk;
}

// Where a step of the guide is done.
function lead(desk, step) {
  const pane = step === 1 ? "staff" : "client";
  turnTo(pane);
  desk[pane].composer.focus();
  desk[pane].element.classList.add("pointed");
  setTimeout(() => desk[pane].element.classList.remove("pointed"), ERRAND);
}

function tabs() {
  const made = TABS.map((name) => el("button", { type: "button", "data-tab": name, t: `tab_${name}`, on: { click: () => turnTo(name) } }));
  document.getElementById("tabs").replaceChildren(...made);
  turnTo(TABS[0]);
}

// On a narrow screen one pane at a time is shown; a dot says where something happened.
function turnTo(name) {
  document.body.dataset.tab = name;
  for (const one of document.querySelectorAll("[data-tab]")) {
    if (one !== document.body) one.setAttribute("aria-pressed", String(one.dataset.tab === name));
  }
  tab(name).classList.remove("unread");
}

function news(name) {
  if (document.body.dataset.tab !== name) tab(name).classList.add("unread");
}

function tab(name) {
  return document.querySelector(`button[data-tab="${name}"]`);
}

function languages(shown) {
  const made = LANGUAGES.map((one) => {
    const press = () => {
      speak(one);
      reword();
      choose();
      shown();
    };
    return el("button", { type: "button", lang: one, "data-language": one, on: { click: press } }, one.toUpperCase());
  });
  const choose = () => made.forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.language === spoken())));
  document.getElementById("languages").replaceChildren(el("span", { class: "switch-keys", role: "group", say: { "aria-label": "languages" } }, made));
  choose();
}

function line({ up }) {
  document.querySelector(".broken")?.remove();
  if (!up) document.body.prepend(el("div", { class: "broken", role: "alert", t: "stopped" }));
}

speak(spoken());
const facts = await opened();
line({ up: true });
tabs();
const desk = build(facts);
const panes = TABS.map((name) => desk[name]);
document.getElementById("desk").replaceChildren(...panes.map((one) => one.element));
languages(() => panes.forEach((one) => one.show()));
on("line", line);
await Promise.all(panes.map((one) => one.load()));
document.body.dataset.ready = "1";
document.title = `Okno · ${facts.studio}`;
await follow(facts);
