// Keys that a person signs with. They are made here, kept by the browser, and never leave it.
//
// A browser may clear what a site stores: Safari after seven days without a visit, any browser when space is short.
// So storage is asked to be persistent, and whoever cannot lose his key makes a recovery file with it.

import type { Bytes } from "./bytes";
import { addressOf, newPair, publicBytes, secretBytes, heldKey, signDigest } from "./p256";
import type { Held } from "./secret";
import { addRecord, listNames, readRecord, removeRecord } from "./store";

/** Signs requests for one address. */
export interface Signer {
  address: string;
  sign(digest: Bytes): Promise<Bytes>;
}

/** A key of this browser. */
export interface Key extends Signer {
  name: string;
}

/** Makes and keeps a key that nothing can copy out of the browser. Throws if the name is taken. */
export async function makeKey(name: string): Promise<Key> {
  const pair = await newPair(false);
  const publicKey = await publicBytes(pair.publicKey);
  return keep(name, { address: addressOf(publicKey), publicKey, privateKey: pair.privateKey });
}

/** Makes and keeps a key, and the text of its recovery file: this once its secret is in the page's memory. */
export async function makeKeyWithRecovery(name: string, passphrase: string): Promise<{ key: Key; file: string }> {
  const pair = await newPair(true);
  const publicKey = await publicBytes(pair.publicKey);
  const address = addressOf(publicKey);
  const secret = await secretBytes(pair.privateKey);
  const { sealed } = await import("./recovery");
  const file = await sealed(secret, address, passphrase);
  const privateKey = await heldKey(secret, publicKey);
  secret.fill(0);
  return { key: await keep(name, { address, publicKey, privateKey }), file };
}

/** Keeps the key of a recovery file. Throws RecoveryError, or if the name is taken. */
export async function restoreKey(name: string, file: string, passphrase: string): Promise<Key> {
  const { opened } = await import("./recovery");
  return keep(name, await opened(file, passphrase));
}

/** The key of that name, null if there is none. */
export async function loadKey(name: string): Promise<Key | null> {
  const held = await readRecord(name);
  return held && keyOf(name, held);
}

/** Names of all keys that this browser keeps. */
export function keyNames(): Promise<string[]> {
  return listNames();
}

/** Forgets a key for good. */
export function forgetKey(name: string): Promise<void> {
  return removeRecord(name);
}

/** Signs with 32 bytes that came with a link; nothing is kept. */
export async function signerOfSecret(secret: Bytes): Promise<Signer> {
  const { heldOf } = await import("./secret");
  return signerOf(await heldOf(secret));
}

/** Signs with a key that WebCrypto holds. */
export function signerOf(held: Held): Signer {
  return { address: held.address, sign: (digest) => signDigest(held.privateKey, held.publicKey, digest) };
}

function keyOf(name: string, held: Held): Key {
  return { name, ...signerOf(held) };
}

async function keep(name: string, held: Held): Promise<Key> {
  // Not waited for: some browsers ask the reader first.
  navigator.storage?.persist?.().catch(() => false);
  await addRecord(name, held);
  // Read back: a claim must not be bound to a key that this browser did not keep.
  const key = await loadKey(name);
  if (key?.address !== held.address) throw new Error("this browser does not keep keys");
  return key;
}
