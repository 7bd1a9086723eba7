// keccak-256, the hash of the chain.

import { keccak_256 } from "@noble/hashes/sha3.js";
import { type Bytes, joined, textBytes } from "./bytes";

/** keccak-256 of all parts one after another. */
export function keccak(...parts: Uint8Array[]): Bytes {
  return new Uint8Array(keccak_256(joined(...parts)));
}

export function keccakText(text: string): Bytes {
  return keccak(textBytes(text));
}
