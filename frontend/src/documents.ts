// Documents of a return: sent to this site, read back, and checked before anybody signs what they commit to.

import { type Bytes, bytesOf, equal, joined, textBytes } from "./bytes";
import { keccak } from "./keccak";
import type { Signer } from "./keys";
import { Problem } from "./post";
import { proofToKeep, proofToRead } from "./session";

const API = "/api/v1";

/** What this site keeps, as its commitment says. */
export interface Kept {
  commitment: string;
  type: string;
  content: Bytes;
}

/** Another content than was committed to. */
export class NotKept extends Error {
  readonly reason = "not-kept";
  constructor() {
    super("this site keeps something else than was sent to it");
    this.name = "NotKept";
  }
}

/** Sends a document; an image comes back made anew, anything else must come back as it was. */
export async function keepDocument(returnId: string, content: Bytes, type: string, signer: Signer): Promise<Kept> {
  const headers = { ...(await proofToKeep(returnId, keccak(content), signer)), "Content-Type": type };
  const answer = await fetch(`${API}/returns/${returnId}/documents`, { method: "POST", headers, body: content });
  const kept = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Problem(answer.status, kept);
  const found = await readDocument(returnId, kept.commitment, signer);
  if (!found.type.startsWith("image/") && !equal(found.content, content)) throw new NotKept();
  return found;
}

/** Sends a text, a message say. */
export function keepText(returnId: string, text: string, signer: Signer): Promise<Kept> {
  return keepDocument(returnId, textBytes(text), "text/plain", signer);
}

/** A document, checked against its commitment. */
export async function readDocument(returnId: string, commitment: string, signer: Signer): Promise<Kept> {
  const headers = await proofToRead(returnId, signer);
  const answer = await fetch(`${API}/documents/${commitment}?return_id=${returnId}`, { headers });
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})));
  const content = new Uint8Array(await answer.arrayBuffer());
  const salt = bytesOf(answer.headers.get("Document-Salt") ?? "0x");
  if (!equal(keccak(joined(salt, content)), bytesOf(commitment))) throw new NotKept();
  const type = (answer.headers.get("Content-Type") ?? "").split(";")[0] ?? "";
  return { commitment, type, content };
}
