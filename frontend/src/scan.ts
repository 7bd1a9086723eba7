// The page for scanning: what happened is chosen once, then parcels are scanned one after another.

import { bytesOf, hexOf } from "./bytes";
import { packCode, packFacts, trackingOf } from "./facts";
import { parcelNumber } from "./numbers";
import { checkpointOf, type Carrier, json, parcelOf, sendAll } from "./outbound";
import { Problem } from "./post";
import { newRequestId, sign } from "./requests";
import * as scans from "./scans";
import type { Parcel, Scan } from "./scans";
import { keyOfAddress, signIn } from "./session";
import { word } from "./words";

const LAST = 10;
const AGAIN_S = 20; // a hand scanner that reads a code twice
const TICK_MS = 2_000;
const SKEW_S = 30;
const CHOICE = "return-ledger.scan.choice";

interface Choice {
  kind: number;
  incident: number;
  country: string;
  code: string;
  words: string;
}

const at = <T extends HTMLElement = HTMLElement>(id: string) => document.getElementById(id) as T;
const data = JSON.parse(at("scan-data").textContent ?? "");
const countries = new Set<string>(data.countries);
let carrier: Carrier | null = null;
let choice: Choice | null = JSON.parse(localStorage.getItem(CHOICE) ?? "null");
let skew = 0; // seconds that this clock is ahead of the server's
let waiting: (() => Promise<void>) | null = null;
let sound: AudioContext | null = null;

// --- Telling

function state(name: string, look: "good" | "ask" | "bad", values: Record<string, string>, more = word(`state.${name}.more`, values)): void {
  at("state").className = `state ${look}`;
  at("state-big").textContent = word(`state.${name}`);
  at("state-more").textContent = more;
  beep(look);
}

function beep(look: "good" | "ask" | "bad"): void {
  navigator.vibrate?.(look === "good" ? 80 : [150, 80, 150]);
  try {
    sound ??= new AudioContext();
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    tone.frequency.value = look === "good" ? 1_320 : 330;
    volume.gain.value = 0.15;
    tone.connect(volume).connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + (look === "good" ? 0.1 : 0.35));
  } catch {
    // no sound here
  }
}

function trouble(text: string): void {
  at("trouble").textContent = text;
  at("trouble").hidden = !text;
}

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

// --- The camera

interface Detector {
  detect(video: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

function offerCamera(): void {
  const Detecting = (window as unknown as { BarcodeDetector?: new () => Detector }).BarcodeDetector;
  at("camera-offer").hidden = !Detecting;
  at("camera-none").hidden = Boolean(Detecting);
  if (!Detecting) return;
  const video = at<HTMLVideoElement>("video");
  const button = at("camera");
  const offered = button.textContent;
  let stream: MediaStream | null = null;
  let before = "";
  const look = async (detector: Detector): Promise<void> => {
    if (!stream) return;
    const [found] = await detector.detect(video).catch(() => []);
    if (found && found.rawValue !== before) await scanned(found.rawValue);
    before = found?.rawValue ?? before;
    setTimeout(() => void look(detector), 150);
  };
  button.addEventListener("click", async () => {
    if (stream) {
      for (const track of stream.getTracks()) track.stop();
      stream = null;
    } else {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).catch(() => null);
      if (!stream) return trouble(word("camera.denied"));
      video.srcObject = stream;
      await video.play();
      before = "";
      void look(new Detecting());
    }
    video.hidden = !stream;
    button.textContent = stream ? word("camera.stop") : offered;
  });
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
  offerCamera();
  try {
    await scans.prune(data.participant);
    await show();
    void keepPage().catch(() => null);
    await tick(true);
    document.body.dataset.ready = "";
    setInterval(() => void tick(), TICK_MS);
    setInterval(() => void tick(true), 300_000);
  } catch {
    trouble(word("trouble.storage"));
  }
}
