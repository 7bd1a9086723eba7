// Parcels that pass from hand to hand. Who gives scans them and signs; who takes reads the code of that page, computes
// from the numbers that he sees what was signed, and signs the same. Twin of ledger_api/pages/hand_over.py.

import { bytesOf } from "./bytes";
import { offerCamera } from "./camera";
import { trackingOf } from "./facts";
import type { Key } from "./keys";
import { parcelNumber } from "./numbers";
import { json } from "./outbound";
import { post, Problem, recorded } from "./post";
import { draw } from "./qr";
import { type Chain, newNonce, numberIn, readSigned, sign, type SignedRequest } from "./requests";
import { keyOfAddress } from "./session";
import { keyToSign } from "./signing";
import { isSignature } from "./signatures";
import { tell } from "./status";
import { at, state, trouble } from "./telling";
import { waitForOthers } from "./waiting";
import { word, wordsOf } from "./words";

const ACTION = "handOver";
const NOTHING = `0x${"00".repeat(32)}`;
const KEPT = "return-ledger.hand-over";

interface Side {
  written: string;
  salt: string;
  day: string;
}

/** A parcel's number, and what the books of both sides say that it stands for. */
interface Parcel {
  number: string;
  giver: Side | null;
  taker: Side | null;
}

interface Sides {
  giver: number;
  taker: number;
  at: number; // Unix seconds UTC
}

/** What was signed is not what this page shows. */
class Mismatch extends Error {
  readonly reason = "mismatch";
}

/** A number's commitment, computed here; it throws if the book's spelling is of another number. */
function trackingFor(number: string, side: Side | null, countries: ReadonlySet<string>): string {
  if (!side) return NOTHING;
  if (parcelNumber(side.written, countries).text !== number) throw new Mismatch();
  return trackingOf(bytesOf(side.salt), side.written, side.day);
}

function requestOf(number: string, parcel: Parcel, sides: Sides, countries: ReadonlySet<string>): object {
  return {
    giver: sides.giver,
    giverTracking: trackingFor(number, parcel.giver, countries),
    taker: sides.taker,
    takerTracking: trackingFor(number, parcel.taker, countries),
    occurredAt: sides.at,
    document: NOTHING,
  };
}

// --- Who gives

interface Giving {
  giver: number;
  actor: string;
  chain: Chain;
  countries: string[];
  now: number;
  deadline: number;
  limit: number;
}

function give(data: Giving): void {
  const countries = new Set(data.countries);
  const ahead = Math.round(Date.now() / 1000) - data.now; // of this clock
  const taker = at<HTMLSelectElement>("taker");
  let parcels: Parcel[] = [];
  let line = Promise.resolve();

  const keep = () => sessionStorage.setItem(KEPT, JSON.stringify({ taker: taker.value, parcels }));
  const name = () => taker.selectedOptions[0]?.text ?? "";

  function show(): void {
    at("choose").hidden = Boolean(taker.value) && at("scanning").dataset.on !== undefined;
    at("scanning").hidden = !at("choose").hidden;
    at("what").textContent = word("to", { name: name() });
    at("list").replaceChildren(...parcels.map(row).reverse());
    at("done").hidden = !parcels.length;
    at("sign").textContent = word(parcels.length === 1 ? "give.one" : "give.many", { count: String(parcels.length) });
  }

  function row(parcel: Parcel): HTMLLIElement {
    const item = document.createElement("li");
    const number = document.createElement("strong");
    number.className = "scan-number";
    number.textContent = parcel.number;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "action plain";
    button.textContent = word("remove");
    button.setAttribute("aria-label", `${button.textContent} ${parcel.number}`);
    button.addEventListener("click", () => {
      parcels = parcels.filter((other) => other !== parcel);
      keep();
      show();
      at("number").focus();
    });
    item.append(number, button);
    return item;
  }

  function choose(event: Event): void {
    event.preventDefault();
    at("choose-error").hidden = Boolean(taker.value);
    if (!taker.value) return taker.focus();
    at("scanning").dataset.on = "";
    keep();
    show();
    at("number").focus();
  }

  async function scanned(typed: string): Promise<void> {
    if (at("scanning").hidden) return;
    const { text } = parcelNumber(typed, countries);
    if (!text) return state("empty", "bad", {});
    if (parcels.some((parcel) => parcel.number === text)) return state("again", "bad", { number: text });
    if (parcels.length >= data.limit) return state("full", "bad", { count: String(data.limit) });
    try {
      const found = (await posted("/scan/hand-over/parcels", { number: text, taker: Number(taker.value) })) as Parcel;
      requestOf(text, found, { giver: data.giver, taker: Number(taker.value), at: 0 }, countries);
      parcels.push(found);
      keep();
      state("added", "good", { number: text });
      show();
    } catch (error) {
      if (error instanceof Problem && error.status === 404) return state("unknown", "bad", { number: text });
      state("failed", "bad", {}, wordsOf(error));
    }
  }

  async function signAll(): Promise<void> {
    const key = await keyToSign(data.actor);
    tell(word("step.signing"));
    const sides = { giver: data.giver, taker: Number(taker.value), at: Math.floor(Date.now() / 1000) - Math.max(ahead, 0) };
    const deadline = data.deadline + Math.floor(performance.now() / 1000);
    const requests: SignedRequest[] = [];
    for (const parcel of parcels) {
      const options = { nonce: newNonce(), deadline };
      requests.push(await sign(ACTION, requestOf(parcel.number, parcel, sides, countries), key, data.chain, options));
    }
    tell(word("step.sending"));
    const numbers = parcels.map((parcel) => parcel.number);
    const { then } = await posted("/scan/hand-over", { taker: sides.taker, numbers, requests });
    sessionStorage.removeItem(KEPT);
    location.assign(then);
  }

  const before = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (before) {
    taker.value = before.taker;
    parcels = before.parcels;
    if (taker.value) at("scanning").dataset.on = "";
  }
  at("choose").addEventListener("submit", choose);
  at("change").addEventListener("click", () => {
    parcels = []; // what was asked for one taker stands for him only
    delete at("scanning").dataset.on;
    sessionStorage.removeItem(KEPT);
    show();
    taker.focus();
  });
  at("entry").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = at<HTMLInputElement>("number");
    const typed = field.value;
    field.value = "";
    line = line.then(() => scanned(typed));
  });
  at("sign").addEventListener("click", () => void pressed(signAll));
  void offerCamera(scanned).catch(() => null);
  show();
  if (!at("scanning").hidden) at("number").focus();
  void keyOfAddress(data.actor).then((key) => key || trouble(word("error.key-missing")));
}

async function posted(path: string, body: object): Promise<any> {
  return json(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

async function pressed(run: () => Promise<void>): Promise<void> {
  const button = at<HTMLButtonElement>("sign");
  button.disabled = true;
  try {
    await run();
  } catch (error) {
    tell(wordsOf(error), true);
    button.disabled = false;
  }
}

// --- Who takes

interface Taking {
  giver: number;
  taker: number;
  actor: string;
  chain: Chain;
  countries: string[];
  items: { id: string; parcel: Parcel; body: SignedRequest }[];
}

/** Signs what the page shows, if that is what the giver signed; sends each request once, under the id that it has. */
async function take(data: Taking): Promise<void> {
  const key = await keyToSign(data.actor);
  tell(word("step.signing"));
  const numbers = [...document.querySelectorAll("[data-number]")].map((item) => item.textContent ?? "");
  const shown = Date.parse(document.querySelector("#when time")?.getAttribute("datetime") ?? "") / 1000;
  if (numbers.length !== data.items.length) throw new Mismatch();
  const sides = { giver: data.giver, taker: data.taker, at: shown };
  const whole = [];
  for (const [i, item] of data.items.entries()) whole.push(await completed(item, numbers[i] ?? "", sides, key, data));
  tell(word("step.sending"));
  for (const [i, item] of data.items.entries()) await post(whole[i] as SignedRequest, item.id).catch(unlessRecorded);
  tell(word("step.waiting"));
  for (const item of data.items) await recorded(item.id);
  location.reload();
}

async function completed(item: Taking["items"][number], number: string, sides: Sides, key: Key, data: Taking) {
  const [first] = item.body.authorisations;
  if (!first) throw new Mismatch();
  const request = requestOf(number, item.parcel, sides, new Set(data.countries));
  const options = { nonce: numberIn(first.nonce), deadline: Number(numberIn(first.deadline)) };
  const own = await sign(ACTION, request, key, data.chain, options);
  const { digest } = readSigned(own, data.chain);
  if (!(await isSignature(first.actor, digest, bytesOf(first.signature)))) throw new Mismatch();
  return { ...own, authorisations: [first, ...own.authorisations] };
}

/** Pressed twice, or in two windows: it is recorded all the same. */
function unlessRecorded(error: unknown): void {
  if (!(error instanceof Problem) || error.slug !== "request-nonce-used") throw error;
}

// --- The page

const block = document.getElementById("hand-over-data");
const code = document.getElementById("qr");
if (block && document.getElementById("choose")) give(JSON.parse(block.textContent ?? ""));
else if (block) {
  const data = JSON.parse(block.textContent ?? "") as Taking;
  at("sign").addEventListener("click", () => void pressed(() => take(data)));
}
if (code) draw(code.dataset.address ?? "", code);
waitForOthers();
document.body.dataset.ready = "";
