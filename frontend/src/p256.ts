// P-256 as the contracts read it. Twin of ledger_api/rules/signatures.py and contracts/libraries/ActorSignature.sol.
//
// WebCrypto signs SHA-256 of what it is given, so the digest goes in as the message; it gives r, s, with s in either
// half, and the contracts take the lower one only.

import { type Bytes, bytesOf, hexOf, joined, numberOf, word } from "./bytes";
import { keccak } from "./keccak";

export const P256_BYTES = 128;
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };
const UNCOMPRESSED = 4;

/** The address that stands for a public key (x, y). */
export function addressOf(publicKey: Uint8Array): string {
  return hexOf(keccak(publicKey).slice(12));
}

/** A new key; extractable only for as long as its recovery file is made. */
export async function newPair(extractable: boolean): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(CURVE, extractable, ["sign", "verify"]);
}

/** x, y. */
export async function publicBytes(key: CryptoKey): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey("raw", key)).slice(1);
}

/** The 32 bytes of an extractable private key. */
export async function secretBytes(key: CryptoKey): Promise<Bytes> {
  const jwk = await crypto.subtle.exportKey("jwk", key);
  return word(bytesOf(hexOf(unurl(jwk.d ?? ""))));
}

/** A private key that stays in the browser's keeping, from its 32 bytes and its public key. */
export async function heldKey(secret: Uint8Array, publicKey: Uint8Array): Promise<CryptoKey> {
  const jwk = {
    kty: "EC",
    crv: "P-256",
    d: url(secret),
    x: url(publicKey.slice(0, 32)),
    y: url(publicKey.slice(32)),
  };
  return crypto.subtle.importKey("jwk", jwk, CURVE, false, ["sign"]);
}

/** x, y, r, s over SHA-256 of the digest, s in its lower half. */
export async function signDigest(privateKey: CryptoKey, publicKey: Uint8Array, digest: Bytes): Promise<Bytes> {
  const raw = new Uint8Array(await crypto.subtle.sign(SIGNING, privateKey, digest));
  const s = numberOf(raw.slice(32));
  return joined(publicKey, raw.slice(0, 32), word(isLow(s) ? s : ORDER - s));
}

/** Whether `actor` made this signature; one with s in the upper half is refused, as the contracts do. */
export async function isP256Signature(actor: string, digest: Bytes, signature: Bytes): Promise<boolean> {
  const publicKey = signature.slice(0, 64);
  if (signature.length !== P256_BYTES || addressOf(publicKey) !== actor.toLowerCase()) return false;
  if (!isLow(numberOf(signature.slice(96)))) return false;
  try {
    const point = joined(new Uint8Array([UNCOMPRESSED]), publicKey);
    const key = await crypto.subtle.importKey("raw", point, CURVE, false, ["verify"]);
    return await crypto.subtle.verify(SIGNING, key, signature.slice(64), digest);
  } catch {
    return false; // the point is not on the curve
  }
}

function isLow(s: bigint): boolean {
  return s <= ORDER / 2n;
}

function url(data: Uint8Array): string {
  return btoa(String.fromCharCode(...data)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function unurl(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}
