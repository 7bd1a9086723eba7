// Signing in: a signature over a challenge of this site. The key stays here.

import { bytesOf, hexOf, textBytes } from "./bytes";
import { keccak } from "./keccak";
import { type Key, keyNames, loadKey, type Signer } from "./keys";
import { ask } from "./post";
import { type Chain, separatorOf } from "./requests";
import { structHash, type Struct, typedDigest, typeOf } from "./typed";

const DOMAIN = "ReturnLedger";
const SIGN_IN = typeOf("SignIn(bytes32 challenge,bytes32 site)");
const READ = typeOf("ReadDocuments(bytes32 returnId,uint64 deadline)");
const KEEP = typeOf("KeepDocument(bytes32 returnId,bytes32 content,uint64 deadline)");
const PROOF_S = 300;

/** Who is signed in, as the API says. */
export interface Account {
  actors: string[];
  participants: { participant: number; roles: string[]; actor: string }[];
  council: string[];
}

let asked: Promise<Chain> | null = null;

/** Chain and contracts of this site, asked once. */
export function chainHere(): Promise<Chain> {
  asked ??= ask("/chain").catch((error) => {
    asked = null;
    throw error;
  });
  return asked as Promise<Chain>;
}

/** Shows this site whose key this is, and adds it to the session of this browser. */
export async function signIn(signer: Signer): Promise<Account> {
  const chain = await chainHere();
  const { challenge } = await ask("/session/challenge", { method: "POST", body: "{}" });
  const message = { challenge: bytesOf(challenge), site: keccak(textBytes(location.origin)) };
  const digest = typedDigest(separatorOf(DOMAIN, chain), structHash(SIGN_IN, SIGN_IN.name, message));
  const signature = hexOf(await signer.sign(digest));
  const body = JSON.stringify({ actor: signer.address, challenge, signature });
  return ask("/session", { method: "POST", body });
}

/** Ends the session. */
export function signOut(): Promise<unknown> {
  return ask("/session/end", { method: "POST", body: "{}" });
}

/** The key of this browser with that address, null if it has none. */
export async function keyOfAddress(address: string): Promise<Key | null> {
  for (const name of await keyNames()) {
    const key = await loadKey(name);
    if (key?.address === address.toLowerCase()) return key;
  }
  return null;
}

/** The header that shows who reads of a subject. */
export async function proofToRead(subject: string, signer: Signer): Promise<Record<string, string>> {
  const deadline = BigInt(Math.floor(Date.now() / 1000) + PROOF_S);
  return header(signer, deadline, READ, { returnId: bytesOf(subject), deadline });
}

/** The header that shows who keeps bytes with that keccak256 in a return. */
export async function proofToKeep(
  returnId: string,
  content: Uint8Array<ArrayBuffer>,
  signer: Signer,
): Promise<Record<string, string>> {
  const deadline = BigInt(Math.floor(Date.now() / 1000) + PROOF_S);
  return header(signer, deadline, KEEP, { returnId: bytesOf(returnId), content, deadline });
}

async function header(
  signer: Signer,
  deadline: bigint,
  type: typeof READ,
  members: Struct,
): Promise<Record<string, string>> {
  const separator = separatorOf(DOMAIN, await chainHere());
  const signature = hexOf(await signer.sign(typedDigest(separator, structHash(type, type.name, members))));
  return { Authorization: `Ledger actor=${signer.address}, deadline=${deadline}, signature=${signature}` };
}
