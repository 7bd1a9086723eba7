// What this browser saw last, so that no server shows it a shorter or another history later.

import { hexOf } from "./bytes";
import type { Chain } from "./requests";

const PREFIX = "return-ledger.seen.";

/** The part of localStorage that is used. */
export interface Storage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** This browser's storage; one that holds nothing where it is switched off. */
export function browserStorage(): Storage {
  try {
    return localStorage;
  } catch {
    return { getItem: () => null, setItem: () => undefined };
  }
}

/** The last head seen of a subject's history in one contract. */
export interface Seen {
  head: string;
  entries: number;
  block: number;
}

/** A subject's history in one contract of one chain. */
function keyOf(chain: Chain, contract: string, subject: string): string {
  return `${PREFIX}${chain.chain_id}.${chain.contracts[contract]}.${subject}`;
}

export function lastSeen(storage: Storage, chain: Chain, contract: string, subject: string): Seen | null {
  return JSON.parse(storage.getItem(keyOf(chain, contract, subject)) ?? "null");
}

/** Whether a history, by its heads, goes on from what was seen. */
export function extendsSeen(seen: Seen | null, heads: Uint8Array[]): boolean {
  return seen === null || heads.some((head) => hexOf(head) === seen.head);
}

export function remember(storage: Storage, chain: Chain, contract: string, subject: string, seen: Seen): void {
  storage.setItem(keyOf(chain, contract, subject), JSON.stringify(seen));
}

// --- Where a return's ledger is

/** Whether a return was always shown on this chain, in these contracts. */
export function isSameLedger(storage: Storage, chain: Chain, returnId: string): boolean {
  const text = storage.getItem(`${PREFIX}${returnId}`);
  return text === null || text === ledgerText(chain);
}

export function rememberLedger(storage: Storage, chain: Chain, returnId: string): void {
  storage.setItem(`${PREFIX}${returnId}`, ledgerText(chain));
}

function ledgerText(chain: Chain): string {
  const contracts = Object.entries(chain.contracts).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([chain.chain_id, contracts]);
}

// --- Code that was compared with what this site ships

/** The contract's code that was found to be the shipped one in this ledger, under a council with that threshold. */
export function knownCode(storage: Storage, chain: Chain, contract: string): { hash: string; threshold: number } | null {
  const known = JSON.parse(storage.getItem(`${PREFIX}code.${contract}`) ?? "null");
  return known?.ledger === ledgerText(chain) ? known : null;
}

export function rememberCode(storage: Storage, chain: Chain, contract: string, threshold: number, hash: string): void {
  storage.setItem(`${PREFIX}code.${contract}`, JSON.stringify({ ledger: ledgerText(chain), threshold, hash }));
}
