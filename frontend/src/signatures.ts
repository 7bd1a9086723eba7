// Whether an actor made a signature, with a key of either kind, by the same rules as the contracts.

import { type Bytes, hexOf } from "./bytes";
import { isP256Signature, P256_BYTES } from "./p256";

// A live page checks the same history again with each new entry: what was found good once stays good.
const good = new Set<string>();
const REMEMBERED = 10_000;

export async function isSignature(actor: string, digest: Bytes, signature: Bytes): Promise<boolean> {
  const key = `${actor} ${hexOf(digest)} ${hexOf(signature)}`;
  if (good.has(key)) return true;
  if (!(await isMade(actor, digest, signature))) return false;
  if (good.size >= REMEMBERED) good.clear();
  good.add(key);
  return true;
}

async function isMade(actor: string, digest: Bytes, signature: Bytes): Promise<boolean> {
  if (signature.length === P256_BYTES) return isP256Signature(actor, digest, signature);
  const { isSecp256k1Signature } = await import("./secp256k1");
  return isSecp256k1Signature(actor, digest, signature);
}
