// Whether an actor made a signature, with a key of either kind, by the same rules as the contracts.

import type { Bytes } from "./bytes";
import { isP256Signature, P256_BYTES } from "./p256";

export async function isSignature(actor: string, digest: Bytes, signature: Bytes): Promise<boolean> {
  if (signature.length === P256_BYTES) return isP256Signature(actor, digest, signature);
  const { isSecp256k1Signature } = await import("./secp256k1");
  return isSecp256k1Signature(actor, digest, signature);
}
