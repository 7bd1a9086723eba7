// The inbox by keyboard: j and k choose a row, letters act on it. What is approved here is signed after five seconds,
// until then it can be undone.

import { carryOut, type ToSign } from "./signing";
import { word, wordsOf } from "./words";

const UNDO_S = 5;
const APPROVE = "form[data-approve]";

const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
const waiting = new Map<HTMLElement, number>(); // row → its timer
let chosen = -1;
let sending = Promise.resolve();
let unsent = 0;

// --- Choosing

function choose(index: number): void {
  if (rows.length === 0) return;
  rows[chosen]?.classList.remove("chosen");
  chosen = Math.min(Math.max(index, 0), rows.length - 1);
  const row = rows[chosen] as HTMLElement;
  row.classList.add("chosen");
  row.querySelector<HTMLElement>(".row-link")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

// --- Approving

function say(row: HTMLElement, text: string, undo: boolean, wrong = false): void {
  const place = row.querySelector<HTMLElement>(".row-state");
  const words = row.querySelector<HTMLElement>("[data-say]");
  const button = row.querySelector<HTMLElement>("[data-undo]");
  if (!place || !words || !button) return;
  place.hidden = false;
  place.classList.toggle("wrong", wrong);
  words.textContent = text;
  button.hidden = !undo;
}

function showActs(row: HTMLElement, on: boolean): void {
  const acts = row.querySelector<HTMLElement>(".row-acts");
  if (acts) acts.hidden = !on;
}

function approve(row: HTMLElement): void {
  const form = row.querySelector<HTMLFormElement>(APPROVE);
  if (!form || waiting.has(row) || row.dataset.approved !== undefined) return;
  showActs(row, false);
  say(row, word("approve.soon", { seconds: String(UNDO_S) }), true);
  unsent += 1;
  waiting.set(row, window.setTimeout(() => send(row, form), UNDO_S * 1000));
}

function undo(row: HTMLElement): void {
  window.clearTimeout(waiting.get(row));
  if (!waiting.delete(row)) return;
  unsent -= 1;
  say(row, word("approve.undone"), false);
  showActs(row, true);
}

/** One after another, so that each is told for itself. */
function send(row: HTMLElement, form: HTMLFormElement): void {
  waiting.delete(row);
  row.dataset.approved = "";
  say(row, word("step.signing"), false);
  sending = sending.then(() => sent(row, form)).finally(() => (unsent -= 1));
}

async function sent(row: HTMLElement, form: HTMLFormElement): Promise<void> {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(), headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const block = page.getElementById("to-sign");
    if (!block) throw new Error(page.querySelector("h1")?.textContent ?? `answered ${answer.status}`);
    const act = JSON.parse(block.textContent ?? "") as ToSign;
    await carryOut(act, (step) => say(row, word(`step.${step}`), false));
    say(row, word("approve.done"), false);
  } catch (error) {
    delete row.dataset.approved;
    showActs(row, true);
    say(row, wordsOf(error), false, true);
  }
}

// --- Keys

function followed(letter: string): boolean {
  const link = rows[chosen]?.querySelector<HTMLAnchorElement>(`[data-key="${letter}"]`);
  link?.click();
  return link != null;
}

function newestWaiting(): HTMLElement | undefined {
  const current = rows[chosen];
  return current && waiting.has(current) ? current : [...waiting.keys()].pop();
}

const KEYS: Record<string, () => void> = {
  j: () => choose(chosen + 1),
  k: () => choose(chosen - 1),
  Enter: () => rows[chosen]?.querySelector<HTMLAnchorElement>(".row-link")?.click(),
  a: () => {
    const row = rows[chosen];
    if (row) approve(row);
  },
  d: () => followed("d"),
  i: () => followed("i"),
  p: () => followed("p"),
  u: () => {
    const row = newestWaiting();
    if (row) undo(row);
  },
  "/": () => document.getElementById("q")?.focus(),
  "?": () => {
    const keys = document.getElementById("keys") as HTMLDetailsElement | null;
    if (!keys) return;
    keys.open = !keys.open;
    keys.scrollIntoView({ block: "nearest" });
  },
};

document.addEventListener("keydown", (event) => {
  const target = event.target as HTMLElement;
  const types = target.closest("input, textarea, select") !== null;
  if (types && event.key === "Escape") target.blur();
  if (types || event.ctrlKey || event.metaKey || event.altKey) return;
  // Enter on a link or button does what it says there.
  if (event.key === "Enter" && target.closest("a, button, summary")) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  const row = form.closest<HTMLElement>("[data-row]");
  if (!row || !form.matches(APPROVE)) return;
  event.preventDefault();
  approve(row);
});

for (const row of rows) row.querySelector("[data-undo]")?.addEventListener("click", () => undo(row));

// Leaving now would leave unsent what the page says will be sent.
window.addEventListener("beforeunload", (event) => {
  if (unsent > 0) event.preventDefault();
});
document.body.dataset.ready = "";
