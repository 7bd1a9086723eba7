// A checkpoint as the two words that go on chain. Twin of ledger_api/rules/checkpoint_facts.py.

import { type Bytes, hexOf, joined, textBytes } from "./bytes";
import { keccak } from "./keccak";

const STATED = 1; // who says in which zone the time is: the report itself

/** What happened, as a person chose it. */
export interface Happened {
  kind: number;
  incident: number;
  country: string; // ISO 3166-1 alpha-2, or empty
  code: string; // printable ASCII, at most 32 bytes
}

function bigEndian(value: bigint, bytes: number): Bytes {
  const data = new Uint8Array(bytes);
  for (let i = bytes - 1, rest = BigInt.asUintN(8 * bytes, value); i >= 0; i--, rest >>= 8n) data[i] = Number(rest & 0xffn);
  return data;
}

/** The `facts` word of what happened at that second, in the zone of this device. */
export function packFacts(what: Happened, at: number, zoneOffsetMinutes: number): string {
  const country = what.country ? textBytes(what.country) : new Uint8Array(2);
  const head = joined(bigEndian(BigInt(at), 8), new Uint8Array([what.kind, what.incident]), country);
  const zone = joined(new Uint8Array([STATED]), bigEndian(BigInt(zoneOffsetMinutes), 2));
  return hexOf(joined(head, zone, new Uint8Array(17)));
}

/** The `code` word. */
export function packCode(code: string): string {
  const bytes = textBytes(code);
  if (bytes.length > 32 || !/^[\x20-\x7e]*$/.test(code)) throw new RangeError("is no code of at most 32 characters");
  return hexOf(joined(bytes, new Uint8Array(32 - bytes.length)));
}

/** keccak256(salt, number, first day seen): which parcel of a carrier is meant. */
export function trackingOf(salt: Bytes, number: string, day: string): string {
  return hexOf(keccak(salt, textBytes(number), textBytes(day)));
}

/** A parcel's id: it says who may write it. */
export function parcelIdOf(participant: number, tracking: Bytes): string {
  return hexOf(keccak(bigEndian(BigInt(participant), 32), tracking));
}
