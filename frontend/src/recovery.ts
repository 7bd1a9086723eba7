// A recovery file: one key under a passphrase. Twin of ledger_api/recovery.py, which reads and writes the same files.
//
// Scrypt (RFC 7914) makes the key of AES-256-GCM from the passphrase; kind and address of the key are authenticated
// with it. WebCrypto has no scrypt, so it is here in code, loaded only when a file is made or opened.

import { scryptAsync } from "@noble/hashes/scrypt.js";
import { type Bytes, bytesOf, hexOf, textBytes } from "./bytes";
import { type Held, heldOf } from "./secret";

const FORMAT = "return-ledger-recovery-1";
const KIND = "p256";
const COST = { N: 1 << 17, r: 8, p: 1, dkLen: 32 }; // 128 MiB and about a second
const LEAST_CHARACTERS = 12;

/** Why a file cannot be made or opened; `reason` is for choosing words. */
export class RecoveryError extends Error {
  constructor(readonly reason: "passphrase-short" | "no-recovery-file" | "other-format" | "other-kind" | "not-opened") {
    super(reason);
    this.name = "RecoveryError";
  }
}

interface Head {
  address: string;
  format: string;
  kind: string;
}

/** The text of a new file. Throws RecoveryError for a short passphrase. */
export async function sealed(secret: Bytes, address: string, passphrase: string): Promise<string> {
  // Counted as Python counts: a character outside the basic plane is one.
  if ([...passphrase].length < LEAST_CHARACTERS) throw new RecoveryError("passphrase-short");
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const head = { address, format: FORMAT, kind: KIND };
  const key = await derived(passphrase, salt, "encrypt");
  const cipher = await crypto.subtle.encrypt(how(nonce, head), key, secret);
  const body = { ...head, salt: plain(salt), nonce: plain(nonce), sealed: plain(new Uint8Array(cipher)) };
  return JSON.stringify(body, null, 1);
}

/** The key of a file. Throws RecoveryError. */
export async function opened(file: string, passphrase: string): Promise<Held> {
  const { head, salt, nonce, cipher } = read(file);
  if (head.format !== FORMAT) throw new RecoveryError("other-format");
  if (head.kind !== KIND) throw new RecoveryError("other-kind");
  const key = await derived(passphrase, salt, "decrypt");
  try {
    const held = await heldOf(new Uint8Array(await crypto.subtle.decrypt(how(nonce, head), key, cipher)));
    if (held.address === head.address) return held;
  } catch {
    // another passphrase, or the file was changed
  }
  throw new RecoveryError("not-opened");
}

function read(file: string): { head: Head; salt: Bytes; nonce: Bytes; cipher: Bytes } {
  try {
    const body = JSON.parse(file);
    const [salt, nonce, cipher] = ["salt", "nonce", "sealed"].map((name) => bytesOf("0x" + String(body[name])));
    const texts = [body.format, body.kind, body.address];
    if (salt && nonce && cipher && texts.every((text) => typeof text === "string")) {
      return { head: { address: body.address, format: body.format, kind: body.kind }, salt, nonce, cipher };
    }
  } catch {
    // not JSON, or not hexadecimal
  }
  throw new RecoveryError("no-recovery-file");
}

async function derived(passphrase: string, salt: Bytes, use: KeyUsage): Promise<CryptoKey> {
  const raw = new Uint8Array(await scryptAsync(textBytes(passphrase), salt, COST));
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, [use]);
}

function how(nonce: Bytes, head: Head): AesGcmParams {
  // As Python's json.dumps writes it with sorted names.
  const members = Object.entries(head).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return { name: "AES-GCM", iv: nonce, additionalData: textBytes(`{${members.join(", ")}}`) };
}

function plain(data: Uint8Array): string {
  return hexOf(data).slice(2);
}
