// The page for scanning: what happened is chosen once, then parcels are scanned one after another.

import { bytesOf, hexOf } from "./bytes";
import { offerCamera } from "./camera";
import { packCode, packFacts, trackingOf } from "./facts";
import { parcelNumber } from "./numbers";
import { checkpointOf, type Carrier, json, parcelOf, sendAll } from "./outbound";
import { Problem } from "./post";
import { newRequestId, sign } from "./requests";
import * as scans from "./scans";
import type { Parcel, Scan } from "./scans";
import { keyOfAddress, signIn } from "./session";
import { at, state, trouble } from "./telling";
import { word } from "./words";

const LAST = 10;
const AGAIN_S = 20; // a hand scanner that reads a code twice
const TICK_MS = 2_000;
const SKEW_S = 30;
const HAND_OVER = /^https?:\/\/[^/]+\/scan\/hand-over\/[\w-]{20,30}$/;
const CHOICE = "return-ledger.scan.choice";

interface Choice {
  kind: number;
  incident: number;
  country: string;
  code: string;
  words: string;
}

const data = JSON.parse(at("scan-data").textContent ?? "");
const countries = new Set<string>(data.countries);
let carrier: Carrier | null = null;
let choice: Choice | null = JSON.parse(localStorage.getItem(CHOICE) ?? "null");
let skew = 0; // seconds that this clock is ahead of the server's
let waiting: (() => Promise<void>) | null = null;

// --- Choosing what happened

const checked = () => document.querySelector<HTMLInputElement>("#choose input[name=kind]:checked");

function showReasons(): void {
  const fitting = new Set((checked()?.dataset.reasons ?? "").split(" ").filter(Boolean));
  at("why").hidden = !fitting.size;
  for (const option of at<HTMLSelectElement>("reason").options) {
    option.hidden = option.disabled = option.value !== "" && !fitting.has(option.value);
    if (option.disabled && option.selected) at<HTMLSelectElement>("reason").value = "";
  }
}

function choose(event: Event): void {
  event.preventDefault();
  const kind = checked();
  const reason = at<HTMLSelectElement>("reason");
  const code = at<HTMLInputElement>("stop").value.trim().toUpperCase();
  const asksWhy = Boolean(kind?.dataset.reasons);
  const wrong = !kind ? "kind" : asksWhy && !reason.value ? "reason" : /^[\x20-\x7e]{0,32}$/.test(code) ? "" : "code";
  at("choose-error").textContent = wrong && word(`choose.${wrong}`);
  at("choose-error").hidden = !wrong;
  if (wrong || !kind) return;
  const country = at<HTMLSelectElement>("country");
  const why = asksWhy ? `: ${reason.selectedOptions[0]?.text}` : "";
  const where = [country.value && country.selectedOptions[0]?.text, code].filter(Boolean).join(", ");
  const words = `${kind.nextElementSibling?.textContent}${why}${where ? ` · ${where}` : ""}`;
  choice = { kind: Number(kind.value), incident: asksWhy ? Number(reason.value) : 0, country: country.value, code, words };
  localStorage.setItem(CHOICE, JSON.stringify(choice));
  showMode();
}

function showMode(): void {
  at("choose").hidden = choice !== null;
  at("scanning").hidden = choice === null;
  at("what").textContent = choice?.words ?? "";
  if (choice) at("number").focus();
}

// --- One scan

function offer(name: string, number: string, then: () => Promise<void>): void {
  state(name, "ask", { number });
  at("ask-yes").textContent = word(`state.${name}.yes`);
  at("ask").hidden = false;
  waiting = then;
}

async function scanned(typed: string): Promise<void> {
  at("ask").hidden = true;
  waiting = null;
  // The code that somebody shows who hands parcels over.
  if (HAND_OVER.test(typed) && typed.startsWith(`${location.origin}/`)) return location.assign(typed);
  const read = parcelNumber(typed, countries);
  if (!read.text) return state("empty", "bad", {});
  const parcel = await scans.findParcel(data.participant, read.text);
  // What was announced is asked about no more, whatever its check digit.
  if (parcel) return note(parcel);
  const take = async () => note(await newParcel(read.text));
  offer(read.right ? "unknown" : "digit", read.text, take);
}

async function newParcel(number: string): Promise<Parcel> {
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const firstSeen = Math.floor(Date.now() / 1000) - skew;
  const day = new Date(firstSeen * 1000).toISOString().slice(0, 10);
  const key = scans.keyOf(data.participant, number);
  const tracking = trackingOf(salt, number, day);
  const parcel = { key, participant: data.participant, number, written: number, salt: hexOf(salt), day, firstSeen, tracking, told: false };
  await scans.putParcel(parcel);
  return parcel;
}

async function note(parcel: Parcel): Promise<void> {
  if (!carrier || !choice) return;
  const { number, written, salt, day } = parcel;
  const madeAt = Math.floor(Date.now() / 1000);
  const same = (scan: Scan) => scan.number === number && scan.words === choice?.words && madeAt - scan.madeAt < AGAIN_S;
  if ((await scans.allScans(data.participant)).some(same)) return state("again", "bad", { number });
  // From number, salt and day: whatever was told or kept, this speaks of that parcel only.
  const tracking = trackingOf(bytesOf(salt), written, day);
  const facts = packFacts(choice, madeAt - skew, -new Date().getTimezoneOffset());
  const scan = { tracking, facts, code: packCode(choice.code) };
  const body = await sign("recordCheckpoint", checkpointOf(carrier, scan), carrier.signer, carrier.chain);
  const rest = { participant: data.participant, at: madeAt - skew, madeAt, number, words: choice.words };
  await scans.addScan({ ...scan, ...rest, id: newRequestId(), body, group: "", state: "waiting" });
  state("recorded", "good", {}, `${number} · ${choice.words}`);
  await show();
}

// --- What waits, and the last ones

function row(scan: Scan): HTMLLIElement {
  const item = document.createElement("li");
  const add = (tag: string, name: string, text: string) => {
    const part = document.createElement(tag);
    part.className = name;
    part.textContent = text;
    item.append(part);
    return part;
  };
  add("strong", "scan-number", scan.number);
  const time = new Date(scan.at * 1000).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  add("span", "scan-what", `${scan.words}, ${time}`);
  const refusal = word(`refused.${scan.slug}`);
  const why = refusal === `refused.${scan.slug}` ? word("refused.other", { detail: scan.detail ?? "" }) : refusal;
  add("span", "scan-state", scan.state === "refused" ? why : word(`row.${scan.state}`));
  if (scan.state === "waiting" || scan.state === "refused") {
    const button = add("button", "action plain", word(scan.state === "waiting" ? "row.undo" : "row.dismiss")) as HTMLButtonElement;
    button.type = "button";
    button.setAttribute("aria-label", `${button.textContent} ${scan.number}`);
    button.addEventListener("click", () => void takeBack(scan));
  }
  return item;
}

async function takeBack(scan: Scan): Promise<void> {
  if (scan.state === "refused") await scans.removeScan(scan.seq as number);
  else if (await scans.undoScan(scan.seq as number)) state("undone", "good", { number: scan.number });
  await show();
  at("number").focus();
}

async function show(): Promise<void> {
  const all = await scans.allScans(data.participant);
  const refused = all.filter((scan) => scan.state === "refused");
  const last = all.filter((scan) => scan.state !== "refused").slice(-LAST).reverse();
  at("refused-list").replaceChildren(...refused.map(row));
  at("last-list").replaceChildren(...last.map(row));
  at("refused").hidden = !refused.length;
  at("last").hidden = !last.length;
  const open = all.filter((scan) => ["waiting", "trying", "sent"].includes(scan.state)).length;
  const words = word(open ? (open === 1 ? "count.one" : "count.many") : "count.none", { count: String(open) });
  at("counter").textContent = navigator.onLine ? words : `${words} · ${word("count.offline")}`;
  at("counter").classList.toggle("open", open > 0);
}

// --- The connection

async function refresh(): Promise<void> {
  const told = await json("/scan/parcels");
  if (told.participant !== data.participant) return;
  const ahead = Math.round(Date.now() / 1000) - told.now;
  skew = Math.abs(ahead) > SKEW_S ? ahead : 0;
  const parcels = told.parcels.map((item: unknown) => parcelOf(data.participant, item));
  const right = parcels.filter(Boolean).reverse(); // the newest wins where a number is used again
  await scans.keepParcels(right);
  trouble(right.length < parcels.length ? word("trouble.other", { count: String(parcels.length - right.length) }) : "");
}

let busy = false;

async function tick(renew = false): Promise<void> {
  if (!carrier || busy) return;
  busy = true;
  try {
    if (navigator.onLine) {
      if (renew) await refresh();
      await sendAll(carrier, show);
    }
  } catch (error) {
    // Signed out meanwhile: this browser has the key, so it shows it again. All else waits for the next turn.
    if (error instanceof Problem && error.slug === "signed-out") await signIn(carrier.signer).catch(() => null);
  } finally {
    busy = false;
    await show();
  }
}

async function keepPage(): Promise<void> {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register("/scan-worker.js", { scope: "/scan" });
  const ready = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map((item) => new URL(item.name).pathname);
  ready.active?.postMessage({ keep: ["/scan", ...new Set(loaded.filter((path) => path.startsWith("/static/")))] });
}

// --- The page

at("choose").addEventListener("submit", choose);
at("choose").addEventListener("change", showReasons);
at("change").addEventListener("click", () => {
  choice = null;
  showMode();
});
at("entry").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = at<HTMLInputElement>("number");
  const typed = field.value;
  field.value = "";
  line = line.then(() => scanned(typed)).catch(() => trouble(word("trouble.storage")));
});
let line = Promise.resolve(); // a hand scanner is faster than a signature
at("ask-yes").addEventListener("click", () => {
  const then = waiting;
  at("ask").hidden = true;
  at("number").focus();
  if (then) line = line.then(then).catch(() => trouble(word("trouble.storage")));
});
at("ask-no").addEventListener("click", () => {
  at("ask").hidden = true;
  waiting = null;
  state("left", "good", {}, "");
  at("number").focus();
});
document.addEventListener("keydown", (event) => {
  // A hand scanner types wherever the focus is.
  const free = !(event.target as HTMLElement).closest("input, select, textarea, button, a, summary");
  if (choice && free && event.key.length === 1 && !event.ctrlKey && !event.metaKey) at("number").focus();
});
addEventListener("online", () => void tick(true));
addEventListener("offline", () => void show());

const key = await keyOfAddress(data.actor);
if (!key) trouble(word("trouble.key"));
else {
  carrier = { participant: data.participant, chain: data.chain, signer: key };
  showMode();
  showReasons();
  const camera = offerCamera(scanned).catch(() => null);
  try {
    await scans.prune(data.participant);
    await show();
    void camera.then(keepPage).catch(() => null);
    await tick(true);
    document.body.dataset.ready = "";
    setInterval(() => void tick(), TICK_MS);
    setInterval(() => void tick(true), 300_000);
  } catch {
    trouble(word("trouble.storage"));
  }
}
