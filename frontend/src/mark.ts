// The check mark of a page about a return: says whether this browser checked what the page rests on, and what it found.
//
// The checking itself is loaded once the page is shown and nothing else is to do, or when the mark is opened. A page
// that lives (static/live.js) gets a fresh mark with each update: what was found is shown in it again.

import type { Finding, Report, What } from "./check";

const AFTER_LOAD_MS = 3_000;
const OF_THIS_BROWSER = "[data-mark], form, [data-status], #exactly-what"; // the mark itself, what is filled in, how signing goes

type State = { is: "waiting" | "checking" } | { is: "unasked" } | { is: "checked" | "wrong"; report: Report };

const main = document.getElementById("main") as HTMLElement;
const found = document.getElementById("mark-words");
const WORDS: Record<string, string> = JSON.parse(found?.textContent ?? "{}");

let state: State = { is: "waiting" };
let running = false;
let checkedText = ""; // what the page said when it was checked last

function word(name: string, values: Record<string, string | number> = {}): string {
  return (WORDS[name] ?? name).replace(/\{(\w+)\}/g, (place, key) => String(values[key] ?? place));
}

function mark(): HTMLDetailsElement | null {
  return document.querySelector<HTMLDetailsElement>("details[data-mark]");
}

// --- Checking

/** What the page says of the return: when it changes, what was checked is of yesterday. */
function pageText(): string {
  const copy = main.cloneNode(true) as HTMLElement;
  for (const ours of copy.querySelectorAll(OF_THIS_BROWSER)) ours.remove();
  return copy.textContent ?? "";
}

async function run(): Promise<void> {
  const returnId = mark()?.dataset.return;
  if (running || !returnId) return;
  running = true;
  checkedText = pageText();
  if (state.is !== "checked" && state.is !== "wrong") show({ is: "checking" });
  try {
    const { checkReturn } = await import("./check");
    const report = await checkReturn(returnId);
    show({ is: report.verified ? "checked" : "wrong", report });
  } catch {
    // The server did not answer. What was wrong before stays wrong.
    if (state.is !== "wrong") show({ is: "unasked" });
  } finally {
    running = false;
  }
  if (pageText() !== checkedText && state.is !== "unasked") void run();
}

// --- Showing

const SIGNS = { waiting: "○", checking: "◌", unasked: "○", checked: "✓", wrong: "✗" };

function show(next: State): void {
  state = next;
  const place = mark();
  if (!place) return;
  place.dataset.mark = state.is;
  for (const sign of place.querySelectorAll("[data-mark-sign]")) sign.textContent = SIGNS[state.is];
  const says = place.querySelector("[data-mark-says]");
  const text = word(`mark.${state.is}`, "report" in state ? countsOf(state.report) : {});
  if (says && says.textContent !== text) says.textContent = text;
  const findings = place.querySelector("[data-mark-found]");
  findings?.replaceChildren(...("report" in state ? shown(state.report) : []));
  if (state.is === "wrong") place.open = true;
}

/** Numbers of a report, for its words. */
function countsOf(report: Report): Record<string, string | number> {
  const of = (what: What) => report.checked.filter((item) => item.what === what);
  return {
    block: of("block")[0]?.where ?? "",
    entries: of("head").reduce((sum, item) => sum + Number(item.detail), 0),
    histories: of("head").length,
    signatures: of("signatures")[0]?.detail ?? "0",
    contracts: of("code").length,
  };
}

function shown(report: Report): HTMLElement[] {
  const counts = countsOf(report);
  const parts: HTMLElement[] = [];
  if (report.wrong.length) {
    const alarms = [...new Set(report.wrong.map((item) => item.what))];
    parts.push(heading("wrong"), ...alarms.map((what) => alarm(what, report.wrong)), paragraph(word("advice.wrong")));
  } else {
    const kinds = [...new Set(report.checked.map((item) => item.what))];
    parts.push(heading("checked"), list(kinds.map((what) => word(`checked.${what}`, counts))));
  }
  parts.push(heading("trusted"), list(report.trusted.map((what) => word(`trusted.${what}`, counts))));
  return parts;
}

function alarm(what: What, findings: Finding[]): HTMLElement {
  const box = element("div", "mark-alarm");
  box.append(strong(word(`wrong.${what}`)));
  const details = findings.filter((item) => item.what === what).map((item) => `${item.where}: ${item.detail}`);
  box.append(list(details, "number"));
  return box;
}

function heading(name: string): HTMLElement {
  return element("h2", "", word(`heading.${name}`));
}

function list(texts: string[], kind = ""): HTMLElement {
  const made = element("ul", `dots ${kind}`.trim());
  made.append(...texts.map((text) => element("li", "", text)));
  return made;
}

function paragraph(text: string): HTMLElement {
  return element("p", "", text);
}

function strong(text: string): HTMLElement {
  const made = paragraph("");
  made.append(element("strong", "", text));
  return made;
}

function element(tag: string, kind = "", text = ""): HTMLElement {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  if (text) made.textContent = text;
  return made;
}

// --- When

function whenIdle(then: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(then, { timeout: AFTER_LOAD_MS });
  else setTimeout(then, AFTER_LOAD_MS);
}

function onceLoaded(then: () => void): void {
  if (document.readyState === "complete") then();
  else addEventListener("load", then, { once: true });
}

/** Somebody who pays for each byte opens the mark if he wants it checked. */
function savesData(): boolean {
  return Boolean((navigator as Navigator & { connection?: { saveData?: boolean } }).connection?.saveData);
}

document.addEventListener(
  "toggle",
  (event) => {
    const place = mark();
    if (event.target === place && place?.open && (state.is === "waiting" || state.is === "unasked")) void run();
  },
  true,
);

document.addEventListener("click", (event) => {
  if ((event.target as Element).closest("[data-mark-again]")) void run();
});

new MutationObserver(() => {
  const place = mark();
  if (!place || place.dataset.mark === state.is) return; // the mark that is shown already
  show(state);
  if (state.is !== "waiting" && pageText() !== checkedText) void run();
}).observe(main, { childList: true });

if (!savesData()) onceLoaded(() => whenIdle(() => void run()));
