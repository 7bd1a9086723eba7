// Sends signed requests, and waits until they are recorded.

import { actionOf, newRequestId, type SignedRequest } from "./requests";

const API = "/api/v1";
const ASK_AGAIN_MS = 500;

/** What the API says of a request. */
export interface Status {
  id: string;
  state: "queued" | "sent" | "recorded" | "failed";
  request_digest: string;
  block_number?: number;
  problem?: { type: string; detail: string };
  items_refused?: { index: number; problem: { type?: string; detail?: string } }[]; // of a batch
}

/** A problem that the server answered with; `slug` is stable, for choosing words. */
export class Problem extends Error {
  readonly slug: string;
  constructor(
    readonly status: number,
    readonly body: { type?: string; detail?: string },
  ) {
    super(body.detail ?? "no detail");
    this.name = "Problem";
    this.slug = String(body.type ?? "").split("/").pop() ?? "";
  }
}

/** A JSON answer of this site's API. Throws Problem, or TypeError if the server cannot be reached. */
export async function ask(path: string, init: RequestInit = {}): Promise<any> {
  const answer = await fetch(API + path, { ...init, headers: { "Content-Type": "application/json" } });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Problem(answer.status, body);
  return body;
}

/** Posts a request. After a lost answer, send it again under the same id: it is taken once. */
export function post(signed: SignedRequest, id = newRequestId()): Promise<Status> {
  const body = JSON.stringify({ id, ...signed });
  return ask(`/${actionOf(signed.action).noun}`, { method: "POST", body });
}

/** Waits until a request is recorded and this site shows what it did. Throws Problem if it failed. */
export async function recorded(id: string, signal?: AbortSignal): Promise<Status> {
  for (;;) {
    signal?.throwIfAborted();
    const status: Status = await ask(`/requests/${id}`, heeding(signal));
    if (status.state === "failed") throw new Problem(409, status.problem ?? {});
    if (status.state === "recorded" && (await isShown(status.block_number ?? 0, signal))) return status;
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}

async function isShown(block: number, signal?: AbortSignal): Promise<boolean> {
  return (await ask("/chain", heeding(signal))).index_height >= block;
}

function heeding(signal?: AbortSignal): RequestInit {
  return signal ? { signal } : {};
}
