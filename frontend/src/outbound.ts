// Sends scans in their order, each exactly once: under the same ids until there is an answer, and the next ones only
// when those before are recorded.

import { ask, Problem, recorded } from "./post";
import { bytesOf } from "./bytes";
import { trackingOf } from "./facts";
import type { Signer } from "./keys";
import { type Chain, newRequestId, sign } from "./requests";
import * as scans from "./scans";
import type { Parcel, Scan } from "./scans";

export const HOLD_S = 8; // for so long a scan may be undone
const BATCH_FROM = 5; // so many go under one signature
const BATCH_LIMIT = 200;
const LOCK = "return-ledger-scans";

export interface Carrier {
  participant: number;
  chain: Chain;
  signer: Signer;
}

interface Refusal {
  type?: string;
  detail?: string;
}

const NOTHING = `0x${"00".repeat(32)}`;

/** The request of one scan. */
export function checkpointOf(carrier: Carrier, scan: { tracking: string; facts: string; code: string }): object {
  const { tracking, facts, code } = scan;
  return { participant: carrier.participant, tracking, facts, code, document: NOTHING };
}

/** Sends what is ripe, one group after another, in one tab at a time; `changed` hears of each step. Throws as fetch. */
export async function sendAll(carrier: Carrier, changed: () => Promise<void>): Promise<void> {
  await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    while (lock && (await sendNext(carrier, changed)));
  });
}

async function sendNext(carrier: Carrier, changed: () => Promise<void>): Promise<boolean> {
  const open = (await scans.allScans(carrier.participant)).filter((scan) => ["waiting", "trying", "sent"].includes(scan.state));
  const [first] = open;
  if (!first) return false;
  const group = first.state === "waiting" ? await begin(carrier, open) : await scans.groupOf(first.group);
  if (!group) return false;
  await changed();
  await finish(group, (await scans.allScans(carrier.participant)).filter((scan) => scan.group === group.id), changed);
  await changed();
  return true;
}

/** The next group of scans that are old enough; null if there is none. */
async function begin(carrier: Carrier, open: Scan[]): Promise<scans.Group | null> {
  const limit = Date.now() / 1000 - HOLD_S;
  const other = open.findIndex((scan) => scan.state !== "waiting" || scan.madeAt > limit);
  let ripe = open.slice(0, other < 0 ? BATCH_LIMIT : Math.min(other, BATCH_LIMIT));
  if (!ripe.length) return null;
  if (await tellParcels(carrier, ripe)) {
    const fresh = await scans.allScans(carrier.participant);
    ripe = ripe.flatMap((scan) => fresh.find((item) => item.seq === scan.seq) ?? []);
  }
  const group: scans.Group = { id: newRequestId(), body: ripe.length >= BATCH_FROM ? await batch(carrier, ripe) : null };
  return (await scans.beginGroup(group, ripe.map((scan) => scan.seq as number))) ? group : null;
}

function batch(carrier: Carrier, ripe: Scan[]) {
  const checkpoints = ripe.map(({ tracking, facts, code }) => ({ tracking, facts, code, document: NOTHING }));
  const request = { participant: carrier.participant, checkpoints };
  return sign("recordCheckpointBatch", request, carrier.signer, carrier.chain);
}

// --- Parcels that nobody had announced

/** Tells the server of them; where they were announced meanwhile, the scans are signed anew for that parcel. */
async function tellParcels(carrier: Carrier, ripe: Scan[]): Promise<boolean> {
  let changed = false;
  for (const number of new Set(ripe.map((scan) => scan.number))) {
    const parcel = await scans.findParcel(carrier.participant, number);
    if (!parcel || parcel.told) continue;
    const known = parcelOf(carrier.participant, await tell(parcel));
    if (!known) throw new Error("the server's answer does not fit its number");
    await scans.putParcel(known);
    if (known.tracking !== parcel.tracking) await signAnew(carrier, known);
    changed = true;
  }
  return changed;
}

async function tell(parcel: Parcel): Promise<unknown> {
  const body = JSON.stringify({ number: parcel.written, salt: parcel.salt, first_seen: parcel.firstSeen });
  return json("/scan/parcels", { method: "POST", headers: { "Content-Type": "application/json" }, body });
}

async function signAnew(carrier: Carrier, parcel: Parcel): Promise<void> {
  for (const scan of await scans.allScans(carrier.participant)) {
    if (scan.number !== parcel.number || scan.state !== "waiting") continue;
    const request = checkpointOf(carrier, { ...scan, tracking: parcel.tracking });
    const body = await sign("recordCheckpoint", request, carrier.signer, carrier.chain);
    await scans.changeScans([scan.seq as number], () => ({ tracking: parcel.tracking, body, id: newRequestId() }));
  }
}

/** A parcel as the server tells it; null if its commitment is not that of its number: then nobody signs for it. */
export function parcelOf(participant: number, told: any): Parcel | null {
  const { number, written, salt, day, tracking } = told;
  if (trackingOf(bytesOf(salt), written, day) !== tracking) return null;
  return { key: scans.keyOf(participant, number), participant, number, written, salt, day, firstSeen: 0, tracking, told: true };
}

/** JSON of a page of this site; a page instead of it means that nobody is signed in. */
export async function json(path: string, init: RequestInit = {}): Promise<any> {
  const answer = await fetch(path, { ...init, redirect: "manual" });
  if (answer.type === "opaqueredirect" || !answer.ok || !answer.headers.get("Content-Type")?.includes("json")) {
    throw new Problem(answer.status || 401, { type: answer.type === "opaqueredirect" ? "/errors/signed-out" : "" });
  }
  return answer.json();
}

// --- Sending a group

async function finish(group: scans.Group, members: Scan[], changed: () => Promise<void>): Promise<void> {
  const refused = group.body ? await sendBatch(group, members) : await sendEach(members);
  await settle(members.filter((scan) => !refused.has(scan)), { state: "sent" });
  await changed();
  const left = members.filter((scan) => !refused.has(scan));
  const later = group.body ? await awaitBatch(group, left) : await awaitEach(left);
  await settle(left.filter((scan) => !later.has(scan)), { state: "recorded" });
}

async function sendBatch(group: scans.Group, members: Scan[]): Promise<Set<Scan>> {
  try {
    await ask("/checkpoints", { method: "POST", body: JSON.stringify({ id: group.id, ...group.body }) });
    return new Set();
  } catch (error) {
    return refuseAll(members, error);
  }
}

async function sendEach(members: Scan[]): Promise<Set<Scan>> {
  const refused = new Set<Scan>();
  let items: { index: number; state: string; problem?: Refusal }[] = [];
  try {
    const requests = members.map((scan) => ({ id: scan.id, ...scan.body }));
    items = (await ask("/checkpoints", { method: "POST", body: JSON.stringify({ requests }) })).items;
  } catch (error) {
    const listed = error instanceof Problem && (error.body as { items?: typeof items }).items;
    if (!listed) return refuseAll(members, error);
    items = listed;
  }
  for (const item of items) {
    const scan = members[item.index];
    if (scan && item.state === "refused" && !(await refuse(scan, item.problem ?? {}))) refused.add(scan);
  }
  return refused;
}

async function awaitBatch(group: scans.Group, members: Scan[]): Promise<Set<Scan>> {
  if (!members.length) return new Set();
  try {
    const status = await recorded(group.id);
    const refused = new Set<Scan>();
    for (const { index, problem } of status.items_refused ?? []) {
      const scan = members[index];
      if (scan && !(await refuse(scan, problem))) refused.add(scan);
    }
    return refused;
  } catch (error) {
    return refuseAll(members, error);
  }
}

async function awaitEach(members: Scan[]): Promise<Set<Scan>> {
  const refused = new Set<Scan>();
  for (const scan of members) {
    try {
      await recorded(scan.id);
    } catch (error) {
      for (const item of await refuseAll([scan], error)) refused.add(item);
    }
  }
  return refused;
}

/** Refused for good: what the server said, with all that it says of. Anything else is thrown, and tried again later. */
async function refuseAll(members: Scan[], error: unknown): Promise<Set<Scan>> {
  if (!(error instanceof Problem) || error.status >= 500 || [401, 404, 408, 429].includes(error.status)) throw error;
  const refused = new Set<Scan>();
  for (const scan of members) if (!(await refuse(scan, error.body))) refused.add(scan);
  return refused;
}

/** Marks a scan as refused; true if it was recorded before: its nonce is used by nothing but itself. */
async function refuse(scan: Scan, problem: Refusal): Promise<boolean> {
  const slug = String(problem.type ?? "").split("/").pop() ?? "";
  if (slug === "request-nonce-used") {
    await settle([scan], { state: "recorded" });
    return true;
  }
  await settle([scan], { state: "refused", slug, detail: problem.detail ?? "" });
  return false;
}

function settle(members: Scan[], change: Partial<Scan>): Promise<void> {
  return scans.changeScans(members.map((scan) => scan.seq as number), (scan) => (scan.state === "recorded" ? {} : change));
}
