// secp256k1 signatures, as servers and hardware make them. Twin of ledger_api/rules/signatures.py.
//
// WebCrypto does not know this curve. Loaded only when a page has such a signature to check.

import { secp256k1 } from "@noble/curves/secp256k1.js";
import { type Bytes, numberOf } from "./bytes";
import { addressOf } from "./p256";

export const SECP256K1_BYTES = 65;
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** Whether `actor` made this signature (r, s, v); one with s in the upper half is refused. */
export function isSecp256k1Signature(actor: string, digest: Bytes, signature: Bytes): boolean {
  const v = signature[64];
  if (signature.length !== SECP256K1_BYTES || (v !== 27 && v !== 28)) return false;
  if (numberOf(signature.slice(32, 64)) > ORDER / 2n) return false;
  try {
    const made = secp256k1.Signature.fromBytes(signature.slice(0, 64), "compact").addRecoveryBit(v - 27);
    return addressOf(made.recoverPublicKey(digest).toBytes(false).slice(1)) === actor.toLowerCase();
  } catch {
    return false; // numbers off the curve
  }
}

