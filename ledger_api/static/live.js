// Keeps a page up to date and shows times in the reader's zone. Without it the page is complete, only not live.
"use strict";

const POLL_MS = 10000;
const STREAM_AGAIN_MS = 60000;
const main = document.getElementById("main");
const live = document.getElementById("live");

const words = live.dataset; // Rendered by the server, in the page's language.
const language = document.documentElement.lang;
const locale = language === "en" ? "en-GB" : language;

// --- Times

const DAY = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });
const TIME = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });

function momentOf(at) {
  return words.moment.replace("{day}", DAY.format(at)).replace("{time}", TIME.format(at));
}

function showTimes(root) {
  for (const item of root.querySelectorAll("time[data-show]")) {
    const at = new Date(item.dateTime);
    item.textContent = item.dataset.show === "day" ? DAY.format(at) : momentOf(at);
  }
  const zone = root.querySelector("#zone");
  if (zone) {
    const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
    zone.textContent = name && name !== "UTC" ? words.zone.replace("{zone}", name) : "UTC";
  }
}

// --- The same page again

let fetching = null;
let again = false;
let seenAt = new Date();
let shown = ""; // the page as it was fetched last

function refresh() {
  again = Boolean(fetching);
  fetching ??= load().finally(() => {
    fetching = null;
    if (again) refresh().catch(offline);
  });
  return fetching;
}

async function load() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(POLL_MS) });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  const text = await answer.text();
  await released();
  seenAt = new Date();
  if (text === shown) return;
  shown = text;
  replaceMain(new DOMParser().parseFromString(text, "text/html"));
}

// Nothing is replaced under a finger: what was pressed would be gone before it is let go.
let pressed = false;
let whenReleased = [];
document.addEventListener("pointerdown", () => (pressed = true));
for (const name of ["pointerup", "pointercancel"]) {
  document.addEventListener(name, () => {
    pressed = false;
    // After the click that follows.
    setTimeout(() => whenReleased.splice(0).forEach((go) => go()));
  });
}

function released() {
  return pressed ? new Promise((go) => whenReleased.push(go)) : null;
}

function replaceMain(page) {
  const fresh = page.getElementById("main");
  if (!fresh) return;
  showTimes(fresh);
  const known = new Set([...main.querySelectorAll("[data-row]")].map((row) => row.dataset.row));
  for (const row of fresh.querySelectorAll("[data-row]")) {
    if (!known.has(row.dataset.row)) row.classList.add("new");
  }
  const opened = [...main.querySelectorAll("details[open]")].map((item) => item.id);
  for (const id of opened) fresh.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
  const focused = main.contains(document.activeElement) ? document.activeElement : null;
  const path = focused && pathOf(focused);
  document.title = page.title;
  main.replaceChildren(...fresh.childNodes);
  if (path) main.querySelector(path)?.focus({ preventScroll: true });
}

function pathOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  return element.matches("a[href]") ? `a[href="${CSS.escape(element.getAttribute("href"))}"]` : "";
}

// --- Live, or asking every few seconds

let polling = null;

function online() {
  live.className = "live on";
  if (live.textContent !== words.live) live.textContent = words.live;
}

function offline() {
  const said = words.offline.replace("{time}", TIME.format(seenAt));
  live.className = "live off";
  if (live.textContent !== said) live.textContent = said;
}

function update() {
  return refresh().then(online, offline).finally(awaitDeadline);
}

function stream() {
  const source = new EventSource(main.dataset.live);
  source.onopen = () => {
    clearInterval(polling);
    polling = null;
    update(); // What changed while nobody listened.
  };
  source.addEventListener("changed", update);
  source.onerror = () => {
    offline();
    if (source.readyState === EventSource.CLOSED) poll(); // Refused; else the browser connects again by itself.
  };
  window.addEventListener("pagehide", () => source.close(), { once: true });
}

// What a page says of a deadline changes when it passes.
const LONGEST_MS = 2 ** 31 - 1;
let due = null;

function awaitDeadline() {
  clearTimeout(due);
  const times = [...main.querySelectorAll("[data-due]")].map((item) => Number(item.dataset.due) * 1000 - Date.now());
  if (times.length) due = setTimeout(update, Math.min(Math.max(Math.min(...times) + 1500, 2000), LONGEST_MS));
}

document.addEventListener("refresh", update); // A module has changed something.

function poll() {
  if (polling === null) {
    update();
    polling = setInterval(update, POLL_MS);
  }
  setTimeout(stream, STREAM_AGAIN_MS);
}

// --- The panel that the button leads to

document.addEventListener("click", (event) => {
  if (event.target.closest('a[href="#check"]')) document.getElementById("checked").open = true;
});

window.addEventListener("pageshow", (event) => {
  if (event.persisted && main.dataset.live) stream();
});

showTimes(document);
if (main.dataset.live) stream();
if (main.dataset.live) awaitDeadline();
