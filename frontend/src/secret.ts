// A P-256 key from its 32 bytes alone: a recovery file and a claim link hold nothing else.
//
// WebCrypto wants the public key with the private one, and browsers differ in computing it, so the curve is here in
// code. It is loaded only when such a key is opened.

import { p256 } from "@noble/curves/nist.js";
import type { Bytes } from "./bytes";
import { addressOf, heldKey } from "./p256";

/** A key that WebCrypto holds, with its public half. */
export interface Held {
  address: string;
  publicKey: Bytes;
  privateKey: CryptoKey;
}

/** Throws RangeError if these bytes are no private key. */
export async function heldOf(secret: Uint8Array): Promise<Held> {
  if (!p256.utils.isValidSecretKey(secret)) throw new RangeError("is not a private key");
  const publicKey = new Uint8Array(p256.getPublicKey(secret, false)).slice(1);
  return { address: addressOf(publicKey), publicKey, privateKey: await heldKey(secret, publicKey) };
}
