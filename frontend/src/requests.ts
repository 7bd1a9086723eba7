// Requests: what an actor signs, and the body in which the API takes it. Twin of ledger_api/rules/requests.py.

import { type Bytes, bytesOf, hexOf, joined, numberOf } from "./bytes";
import { keccak } from "./keccak";
import type { Signer } from "./keys";
import { merkleRoot } from "./merkle";
import table from "./tables/actions.json";
import {
  domainSeparator,
  InvalidField,
  type Json,
  jsonOf,
  readStruct,
  type Struct,
  structHash,
  type Type,
  typedDigest,
  typeOf,
} from "./typed";

export { domainSeparator, InvalidField, readStruct };

const BATCH = "recordCheckpointBatch";
const LIFETIME_S = 30 * 86_400;
const NONCE_AND_DEADLINE = ["nonce", "deadline"];
const RECEIPT = typeOf(table.receipt);

/** One thing that an actor can ask of a contract. */
export interface Action {
  contract: string;
  name: string;
  noun: string; // its route
  signed: Type;
  request: Type; // the fields of its request's own
  many: boolean; // several may sign one digest
}

/** For which chain and contracts: what /api/v1/chain answers. */
export interface Chain {
  chain_id: number;
  contracts: Record<string, string>;
}

export interface Authorisation {
  actor: string;
  nonce: Json;
  deadline: Json;
  signature: string;
}

/** A seller's signed receipt, as a claim carries it. */
export interface SignedReceipt {
  receipt: unknown;
  signer: string;
  signature: string;
}

/** A signed request in the form in which the API takes it. */
export interface SignedRequest {
  contract: string;
  action: string;
  request: Json;
  authorisations: Authorisation[];
  receipt?: Json;
}

type Row = [noun: string, type: string, many: boolean];

function actionOfRow(contract: string, name: string, [noun, text, many]: Row): Action {
  const signed = typeOf(text);
  const request = name === BATCH ? typeOf(table.batch) : withoutNonce(signed);
  return { contract, name, noun, signed, request, many };
}

function withoutNonce(signed: Type): Type {
  const own = (signed.structs.get(signed.name) ?? []).filter((member) => !NONCE_AND_DEADLINE.includes(member.name));
  return { name: signed.name, structs: new Map(signed.structs).set(signed.name, own) };
}

const ACTIONS: Map<string, Action> = new Map(
  Object.entries(table.actions).flatMap(([contract, rows]) =>
    Object.entries(rows).map(([name, row]) => [name, actionOfRow(contract, name, row as Row)] as const),
  ),
);

export function actionNames(): string[] {
  return [...ACTIONS.keys()];
}

export function actionOf(name: string): Action {
  const found = ACTIONS.get(name);
  if (!found) throw new InvalidField("action", `no action is called ${name}`);
  return found;
}

/** The domain separator of an action's contract on a chain. */
export function separatorOf(contract: string, chain: Chain): Bytes {
  return domainSeparator(contract, chain.chain_id, bytesOf(chain.contracts[contract]));
}

// --- Digests

/** The digest that the actors of a request sign; `request` holds values that were read. */
export function digestOf(action: Action, request: Struct, nonce: bigint, deadline: bigint, separator: Bytes): Bytes {
  if (action.name === BATCH) {
    const leaves = (request.checkpoints as Struct[]).map(checkpointLeaf);
    const participant = request.participant as bigint;
    return batchDigest(participant, merkleRoot(leaves), leaves.length, nonce, deadline, separator);
  }
  const members = { ...request, nonce, deadline };
  return typedDigest(separator, structHash(action.signed, action.signed.name, members));
}

/** The digest of a batch of checkpoints, from its Merkle root. */
export function batchDigest(
  participant: bigint,
  root: Bytes,
  count: number,
  nonce: bigint,
  deadline: bigint,
  separator: Bytes,
): Bytes {
  const { signed } = actionOf(BATCH);
  const members = { participant, root, count: BigInt(count), nonce, deadline };
  return typedDigest(separator, structHash(signed, signed.name, members));
}

/** Leaf of one checkpoint in a batch. */
export function checkpointLeaf(checkpoint: Struct): Bytes {
  return keccak(...["tracking", "facts", "code", "document"].map((name) => checkpoint[name] as Bytes));
}

/** A checkpoint of a batch, read from JSON. */
export function readCheckpoint(value: unknown): Struct {
  return readStruct(actionOf(BATCH).request, "Checkpoint", value, "checkpoint");
}

/** A receipt's digest, which is its id. */
export function receiptDigest(receipt: unknown, separator: Bytes): Bytes {
  return typedDigest(separator, structHash(RECEIPT, RECEIPT.name, readStruct(RECEIPT, RECEIPT.name, receipt, "receipt")));
}

// --- Signing

/** Nonces have no order; the contract keeps which were used. 255 bits, as the command line takes. */
export function newNonce(): bigint {
  const random = crypto.getRandomValues(new Uint8Array(32));
  return numberOf(random) >> 1n;
}

export interface SigningOptions {
  receipt?: SignedReceipt; // for a claim
  nonce?: bigint;
  deadline?: number; // Unix seconds UTC; 30 days from now if it is not given
}

/** Signs a request with one key or several. `request` is JSON, with hex for bytes. Throws InvalidField. */
export async function sign(
  name: string,
  request: unknown,
  signers: Signer | Signer[],
  chain: Chain,
  options: SigningOptions = {},
): Promise<SignedRequest> {
  const action = actionOf(name);
  const read = readStruct(action.request, action.request.name, request);
  const nonce = options.nonce ?? newNonce();
  const deadline = BigInt(options.deadline ?? Math.floor(Date.now() / 1000) + LIFETIME_S);
  const digest = digestOf(action, read, nonce, deadline, separatorOf(action.contract, chain));
  const authorisations: Authorisation[] = [];
  for (const signer of [signers].flat()) {
    const signature = hexOf(await signer.sign(digest));
    authorisations.push({ actor: signer.address, nonce: jsonOf(nonce), deadline: jsonOf(deadline), signature });
  }
  const body = { contract: action.contract, action: name, request: jsonOf(read), authorisations };
  return options.receipt ? { ...body, receipt: jsonOfReceipt(options.receipt) } : body;
}

/** Signs a receipt: what a seller does at a sale. */
export async function signReceipt(receipt: unknown, seller: Signer, chain: Chain): Promise<SignedReceipt> {
  const signature = hexOf(await seller.sign(receiptDigest(receipt, separatorOf("ReturnLedger", chain))));
  return { receipt: jsonOf(readStruct(RECEIPT, RECEIPT.name, receipt, "receipt")), signer: seller.address, signature };
}

function jsonOfReceipt(given: SignedReceipt): Json {
  const receipt = jsonOf(readStruct(RECEIPT, RECEIPT.name, given.receipt, "receipt"));
  return { receipt, signer: given.signer, signature: given.signature };
}

// --- Reading a request that was signed

/** What a signed request says and by whom, with the digest that they signed. Throws InvalidField. */
export function readSigned(body: SignedRequest, chain: Chain): { action: Action; digest: Bytes; request: Struct } {
  const action = actionOf(body.action);
  const request = readStruct(action.request, action.request.name, body.request);
  const [first] = body.authorisations;
  if (action.contract !== body.contract || !first) throw new InvalidField("request", "names another contract, or nobody");
  for (const other of body.authorisations) {
    if (other.nonce !== first.nonce || other.deadline !== first.deadline) {
      throw new InvalidField("authorisations", "must all have the same nonce and deadline");
    }
  }
  const separator = separatorOf(action.contract, chain);
  const digest = digestOf(action, request, numberIn(first.nonce), numberIn(first.deadline), separator);
  return { action, digest, request };
}

/** A number as JSON has it: plain, or as a decimal string. */
export function numberIn(value: unknown): bigint {
  if ((typeof value === "number" && Number.isSafeInteger(value)) || (typeof value === "string" && /^\d+$/.test(value))) {
    return BigInt(value);
  }
  throw new InvalidField("number", "must be a whole number");
}

/** Id under which the API keeps a request: the same id again is the same request. */
export function newRequestId(): string {
  return hexOf(joined(crypto.getRandomValues(new Uint8Array(16)))).slice(2);
}
