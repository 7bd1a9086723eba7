// Whether an entry was caused by the request that the server shows, signed by whom it names. Part of what
// ledger_api/verify/authority.py checks: not whether these signers had the role at the time.

import { type Bytes, bytesOf, equal, hexOf, isZero, joined } from "./bytes";
import type { Entry } from "./entries";
import { rootOfPath } from "./merkle";
import {
  type Authorisation,
  batchDigest,
  type Chain,
  checkpointLeaf,
  numberIn,
  readCheckpoint,
  readSigned,
  receiptDigest,
  separatorOf,
  type SignedReceipt,
  type SignedRequest,
} from "./requests";
import { isSignature } from "./signatures";
import { parcelId } from "./subjects";
import lists from "./tables/lists.json";

// Entries of constructors, of `enforce`, of arbitrator contracts, and of payments into the escrow: nobody signs them.
const UNSIGNED = new Set(lists.unsigned);
// What a request to one contract writes into the history of another.
const OF_DESK = new Set(lists.ofDesk);

/** An entry lacks what it needs; `reason` is for choosing words. */
export class NotProven extends Error {
  constructor(readonly reason: "no-request" | "other-request" | "other-values" | "signature" | "receipt-signature") {
    super(reason);
    this.name = "NotProven";
  }
}

/** How many signatures were checked. Throws NotProven, or InvalidField or TypeError for what cannot be read. */
export async function checkSigned(entry: Entry, chain: Chain): Promise<number> {
  if (isZero(entry.request)) {
    if (!UNSIGNED.has(entry.name)) throw new NotProven("no-request");
    return 0;
  }
  if (!entry.signed) throw new NotProven("no-request");
  const body = entry.signed as SignedRequest;
  if (body.action === "recordCheckpointBatch") return checkBatchItem(entry, chain);
  const { action, digest, request } = readSigned(body, chain);
  const elsewhere = entry.name === "RefundReleased" && action.name === "withdrawRefund";
  const ofDesk = OF_DESK.has(entry.name) && action.contract === "DisputeDesk";
  if (action.contract !== entry.contract && !elsewhere && !ofDesk) throw new NotProven("other-request");
  if (!equal(digest, entry.request)) throw new NotProven("other-request");
  await checkSignatures(body.authorisations, digest);
  if (action.name !== "claim") return body.authorisations.length;
  await checkReceipt(entry, body.receipt as unknown as SignedReceipt, request.receipt as Bytes, chain);
  return body.authorisations.length + 1;
}

async function checkSignatures(authorisations: Authorisation[], digest: Bytes): Promise<void> {
  for (const { actor, signature } of authorisations) {
    if (!(await isSignature(actor, digest, bytesOf(signature)))) throw new NotProven("signature");
  }
}

/** The receipt of a claim is the one that its seller signed. */
async function checkReceipt(entry: Entry, signed: SignedReceipt, claimed: Bytes, chain: Chain): Promise<void> {
  const digest = receiptDigest(signed.receipt, separatorOf("ReturnLedger", chain));
  if (hexOf(digest) !== entry.subject || !equal(claimed, digest)) throw new NotProven("other-values");
  const signer = hexOf(entry.values.signer as Bytes);
  const good = await isSignature(signer, digest, entry.values.signature as Bytes);
  if (!good) throw new NotProven("receipt-signature");
}

/** One checkpoint of a batch: its path leads to the root that was signed. */
async function checkBatchItem(entry: Entry, chain: Chain): Promise<number> {
  const shown = entry.signed as Record<string, unknown> & { authorisations: Authorisation[]; path: string[] };
  const checkpoint = readCheckpoint(shown.checkpoint);
  const [authorisation] = shown.authorisations;
  if (!authorisation) throw new NotProven("signature");
  const root = rootOfPath(checkpointLeaf(checkpoint), shown.path.map(bytesOf));
  const participant = numberIn(shown.participant);
  const [nonce, deadline] = [numberIn(authorisation.nonce), numberIn(authorisation.deadline)];
  const separator = separatorOf("ParcelLedger", chain);
  const digest = batchDigest(participant, root, Number(numberIn(shown.count)), nonce, deadline, separator);
  if (!equal(digest, entry.request)) throw new NotProven("other-request");
  await checkSignatures([authorisation], digest);
  const { tracking, facts, code, document } = checkpoint as Record<string, Bytes>;
  const recorded = joined(facts as Bytes, code as Bytes, document as Bytes);
  const here = parcelId(participant, tracking as Bytes) === entry.subject;
  if (!here || !equal(recorded, entry.data.slice(32))) throw new NotProven("other-values");
  return 1;
}
