// Signs what a page says will be signed, and sends it: each request once, whatever happens in between.

import { hexOf, textBytes } from "./bytes";
import { keccak } from "./keccak";
import type { Key, Signer } from "./keys";
import { post, Problem, recorded } from "./post";
import { newRequestId, sign, type SignedReceipt, type SignedRequest } from "./requests";
import { chainHere, keyOfAddress } from "./session";

/** What a page holds to be signed: twin of ledger_api/pages/acts.py. */
export interface ToSign {
  actor: string;
  requests: { action: string; request: unknown; receipt?: SignedReceipt }[];
  then: string;
}

/** This browser does not have the key that has to sign. */
export class KeyMissing extends Error {
  readonly reason = "key-missing";
  constructor() {
    super("this browser does not have the key");
    this.name = "KeyMissing";
  }
}

/** Of a batch under one signature, some are recorded and some are not. */
export class ItemsRefused extends Error {
  readonly reason = "items-refused";
  constructor(
    readonly count: number,
    detail: string,
  ) {
    super(detail);
    this.name = "ItemsRefused";
  }
}

/** The key of this browser with that address. Throws KeyMissing. */
export async function keyToSign(address: string): Promise<Key> {
  const key = await keyOfAddress(address);
  if (!key) throw new KeyMissing();
  return key;
}

interface Begun {
  id: string;
  body: SignedRequest;
}

const PREFIX = "return-ledger.act.";

/** Signs and sends all requests in their order; `tell` hears of each step. Throws Problem, KeyMissing, TypeError. */
export async function carryOut(act: ToSign, tell: (step: "signing" | "sending" | "waiting") => void): Promise<void> {
  const key = await keyToSign(act.actor);
  const place = PREFIX + hexOf(keccak(textBytes(JSON.stringify(act)))).slice(2, 34);
  for (let i = 0; i < act.requests.length; i++) await once(act, i, key, `${place}.${i}`, tell);
  for (let i = 0; i < act.requests.length; i++) sessionStorage.removeItem(`${place}.${i}`);
}

/** One request: signed once, and sent under the same id until there is an answer. */
async function once(
  act: ToSign,
  i: number,
  key: Signer,
  place: string,
  tell: (step: "signing" | "sending" | "waiting") => void,
): Promise<void> {
  const item = act.requests[i];
  if (!item) return;
  let begun: Begun | null = JSON.parse(sessionStorage.getItem(place) ?? "null");
  if (!begun) {
    tell("signing");
    const options = item.receipt ? { receipt: item.receipt } : {};
    begun = { id: newRequestId(), body: await sign(item.action, item.request, key, await chainHere(), options) };
    sessionStorage.setItem(place, JSON.stringify(begun));
  }
  try {
    tell("sending");
    const status = await post(begun.body, begun.id);
    tell("waiting");
    const { items_refused: refused } = await recorded(status.id);
    if (refused?.length) throw new ItemsRefused(refused.length, refused[0]?.problem.detail ?? "");
  } catch (error) {
    // Refused: the next try is a new request. Not answered: the next try sends the same one.
    if (error instanceof Problem && error.status < 500) sessionStorage.removeItem(place);
    throw error;
  }
}
