// What was scanned, and the parcels that this carrier knows: kept in IndexedDB until it is recorded, and offline.

import { done, finished } from "./indexed";
import type { SignedRequest } from "./requests";

const DATABASE = "return-ledger-scans";
const KEPT_RECORDED = 50;

/** waiting: may be undone. trying: may have arrived, so it is sent again under the same id. */
export type State = "waiting" | "trying" | "sent" | "recorded" | "refused";

export interface Scan {
  seq?: number; // the order of scanning
  participant: number;
  at: number; // Unix seconds UTC, when it was scanned
  madeAt: number; // the same by this device's clock, which may be wrong
  number: string;
  words: string; // what happened
  facts: string;
  code: string;
  tracking: string;
  id: string; // of its request
  body: SignedRequest;
  group: string; // with which it is sent
  state: State;
  slug?: string;
  detail?: string;
}

/** Scans that are sent together: each for itself, or all under one signature. */
export interface Group {
  id: string; // of the batch's request
  body: SignedRequest | null; // null: each for itself
}

export interface Parcel {
  key: string; // participant and number
  participant: number;
  number: string;
  written: string;
  salt: string;
  day: string; // YYYY-MM-DD, UTC
  firstSeen: number; // Unix seconds UTC; 0 if the server said it
  tracking: string;
  told: boolean; // whether the server has it
}

let opened: Promise<IDBDatabase> | null = null;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("scans", { keyPath: "seq", autoIncrement: true });
      opening.result.createObjectStore("groups", { keyPath: "id" });
      opening.result.createObjectStore("parcels", { keyPath: "key" });
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  return opened;
}

/** Runs `act` in one transaction; it is on the disk when this is done. */
async function within<T>(names: string[], act: (table: (name: string) => IDBObjectStore) => Promise<T>): Promise<T> {
  const transaction = (await database()).transaction(names, "readwrite", { durability: "strict" });
  const through = finished(transaction);
  const [result] = await Promise.all([act((name) => transaction.objectStore(name)), through]);
  return result;
}

export const keyOf = (participant: number, number: string): string => `${participant} ${number}`;

// --- Scans

export async function addScan(scan: Scan): Promise<void> {
  await within(["scans"], (table) => done(table("scans").add(scan)));
}

/** All scans of a carrier, in their order. */
export async function allScans(participant: number): Promise<Scan[]> {
  const all = (await done((await database()).transaction("scans").objectStore("scans").getAll())) as Scan[];
  return all.filter((scan) => scan.participant === participant);
}

/** Takes a scan back that nobody has tried to send; whether it did. */
export function undoScan(seq: number): Promise<boolean> {
  return within(["scans"], async (table) => {
    const scan = (await done(table("scans").get(seq))) as Scan | undefined;
    if (scan?.state !== "waiting") return false;
    await done(table("scans").delete(seq));
    return true;
  });
}

export async function removeScan(seq: number): Promise<void> {
  await within(["scans"], (table) => done(table("scans").delete(seq)));
}

/** Changes scans that are still there. */
export async function changeScans(seqs: number[], change: (scan: Scan) => Partial<Scan>): Promise<void> {
  await within(["scans"], async (table) => {
    for (const seq of seqs) {
      const scan = (await done(table("scans").get(seq))) as Scan | undefined;
      if (scan) await done(table("scans").put({ ...scan, ...change(scan) }));
    }
  });
}

/** Marks waiting scans as being sent together; those that are, as one may have been undone meanwhile. */
export function beginGroup(group: Group, seqs: number[]): Promise<boolean> {
  return within(["scans", "groups"], async (table) => {
    const found = (await Promise.all(seqs.map((seq) => done(table("scans").get(seq))))) as (Scan | undefined)[];
    if (found.some((scan) => scan?.state !== "waiting")) return false;
    await done(table("groups").put(group));
    for (const scan of found) await done(table("scans").put({ ...scan, state: "trying", group: group.id }));
    return true;
  });
}

export async function groupOf(id: string): Promise<Group | null> {
  return ((await done((await database()).transaction("groups").objectStore("groups").get(id))) as Group) ?? null;
}

/** Forgets what was recorded long ago. */
export async function prune(participant: number): Promise<void> {
  const recorded = (await allScans(participant)).filter((scan) => scan.state === "recorded");
  for (const scan of recorded.slice(0, -KEPT_RECORDED)) await removeScan(scan.seq as number);
}

// --- Parcels

export async function findParcel(participant: number, number: string): Promise<Parcel | null> {
  const table = (await database()).transaction("parcels").objectStore("parcels");
  return ((await done(table.get(keyOf(participant, number)))) as Parcel) ?? null;
}

export async function keepParcels(parcels: Parcel[]): Promise<void> {
  await within(["parcels"], async (table) => {
    for (const parcel of parcels) {
      const own = (await done(table("parcels").get(parcel.key))) as Parcel | undefined;
      // What this browser took in is told first: it may have signed for it.
      if (own?.told !== false || parcel.tracking === own.tracking) await done(table("parcels").put(parcel));
    }
  });
}

export async function putParcel(parcel: Parcel): Promise<void> {
  await within(["parcels"], (table) => done(table("parcels").put(parcel)));
}
