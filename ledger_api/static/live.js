// Shows times in the reader's zone, opens the check, and follows the return while the page is open.
"use strict";

const POLL_MS = 10000;
const article = document.querySelector("article[data-events]");
const live = document.getElementById("live");
let lastSeen = new Date();

function localTimes(root) {
  const form = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  for (const item of root.querySelectorAll("time[datetime]")) {
    item.textContent = form.format(new Date(item.dateTime));
    item.title = item.dateTime;
  }
}

function openCheck() {
  if (location.hash === "#check") document.getElementById("check").open = true;
}

function rows(root) {
  return [...root.querySelectorAll(".timeline li")].map((row) => row.textContent.trim());
}

async function refresh() {
  const answer = await fetch(location.pathname, { cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const main = page.getElementById("main");
  localTimes(main);
  const known = new Set(rows(document));
  for (const row of main.querySelectorAll(".timeline li")) {
    if (!known.has(row.textContent.trim())) row.classList.add("arrived");
  }
  const open = document.getElementById("check").open;
  document.getElementById("main").replaceChildren(...main.childNodes);
  document.getElementById("check").open = open;
  document.title = page.title;
  seen();
}

function seen() {
  lastSeen = new Date();
  live.textContent = "Live";
}

function offline() {
  live.textContent = "Offline, last seen " + lastSeen.toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
}

function poll() {
  setInterval(() => refresh().catch(offline), POLL_MS);
}

function follow() {
  const stream = new EventSource(article.dataset.events);
  stream.addEventListener("open", seen);
  stream.addEventListener("changed", () => refresh().catch(offline));
  stream.onerror = () => {
    offline();
    if (stream.readyState === EventSource.CLOSED) poll();
  };
}

localTimes(document);
if (article) {
  openCheck();
  addEventListener("hashchange", openCheck);
  follow();
}
