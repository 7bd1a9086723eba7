// The head of a subject: one hash that commits to all its entries. Twin of contracts/base/History.sol.

import { type Bytes, bytesOf, word } from "./bytes";
import { keccak } from "./keccak";

const SLOT = 0;

/** What a head commits to of one entry. */
export interface Recorded {
  topic: Bytes;
  request: Bytes;
  data: Bytes;
}

/** The head before the first entry, and after each. */
export function headsOf(chainId: number, contract: string, subject: Bytes, entries: Recorded[]): Bytes[] {
  const heads = [keccak(word(chainId), word(bytesOf(contract)), subject)];
  for (const { topic, request, data } of entries) {
    heads.push(keccak(heads[heads.length - 1] as Bytes, topic, request, keccak(data)));
  }
  return heads;
}

/** Storage slot that holds the head of a subject. */
export function headSlot(subject: Bytes): Bytes {
  return keccak(subject, word(SLOT));
}
