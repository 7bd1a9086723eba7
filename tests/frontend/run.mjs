// Runs the built modules in Node: JSON lines of {call, args} on standard input, a JSON line of the result for each.

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const module = (name) => import(new URL(`${name}.js`, pathToFileURL(process.argv[2] + "/")));
const [bytes, check, hashing, keys, recovery, requests, signatures] = await Promise.all(
  ["bytes", "check", "keccak", "keys", "recovery", "requests", "signatures"].map(module),
);
const { bytesOf, hexOf } = bytes;

class Memory {
  constructor(items) {
    this.items = { ...items };
  }
  getItem(key) {
    return this.items[key] ?? null;
  }
  setItem(key, value) {
    if (this.items.full) throw new DOMException("no space is left", "QuotaExceededError");
    this.items[key] = value;
  }
}

/** Signs with a fixed text, so that the body alone is compared. */
const signerOf = (signer) => ({ address: signer.address, sign: async () => bytesOf(signer.signature) });

const CALLS = {
  keccak: (data) => hexOf(hashing.keccak(bytesOf(data))),
  digest: (body, chain) => hexOf(requests.readSigned(body, chain).digest),
  receiptDigest: (receipt, separator) => hexOf(requests.receiptDigest(receipt, bytesOf(separator))),
  body: (name, request, signers, chain, receipt, nonce, deadline) =>
    requests.sign(name, request, signers.map(signerOf), chain, {
      nonce: BigInt(nonce),
      deadline,
      ...(receipt && { receipt }),
    }),
  signReceipt: async (receipt, secret, chain) =>
    requests.signReceipt(receipt, await keys.signerOfSecret(bytesOf(secret)), chain),
  nonce: () => String(requests.newNonce()),
  isSignature: (actor, digest, signature) => signatures.isSignature(actor, bytesOf(digest), bytesOf(signature)),
  signBySecret: async (secret, digest) => {
    const signer = await keys.signerOfSecret(bytesOf(secret));
    return { address: signer.address, signature: hexOf(await signer.sign(bytesOf(digest))) };
  },
  sealed: (secret, address, passphrase) => recovery.sealed(bytesOf(secret), address, passphrase),
  opened: async (file, passphrase) => (await recovery.opened(file, passphrase)).address,
  check: async (returnId, answers, items) => {
    const memory = new Memory(items);
    return { report: await check.check(returnId, answers, memory), items: memory.items };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { call, args } = JSON.parse(line);
  let answer;
  try {
    answer = { result: await CALLS[call](...args) };
  } catch (error) {
    answer = { error: `${error.name}: ${error.message}` };
  }
  console.log(JSON.stringify(answer));
}
