// Entries as the API shows them, read by the contracts' events. Twin of ledger_api/rules/entries.py.

import { decoded, signatureOf } from "./abi";
import { type Bytes, bytesOf, hexOf } from "./bytes";
import { keccakText } from "./keccak";
import table from "./tables/events.json";
import { membersOf, type Struct, type Type, typeOf } from "./typed";

const INDEXED = 2; // subject and request

interface Kind {
  contract: string;
  type: Type;
}

const KINDS: Map<string, Kind> = new Map(
  Object.entries(table).flatMap(([contract, types]) =>
    types.map((text) => {
      const type = typeOf(text);
      return [hexOf(keccakText(signatureOf(type))), { contract, type }] as const;
    }),
  ),
);

/** One entry; `contract` and `name` follow from its topic, not from what the server says. */
export interface Entry {
  position: number;
  contract: string;
  name: string;
  subject: string;
  topic: Bytes;
  request: Bytes;
  data: Bytes;
  values: Struct;
  recordedAt: number; // Unix seconds UTC
  signed: unknown; // the request as the server shows it
}

/** An entry as the API shows it. */
export interface ShownEntry {
  contract: string;
  subject: string;
  name: string | null;
  topic: string;
  request_digest: string;
  data: string;
  signed_request: unknown;
}

/** Throws for what is no entry, or is said to be of another kind than it is. */
export function readEntry(shown: ShownEntry, position: number): Entry {
  const kind = KINDS.get(shown.topic);
  if (!kind || kind.contract !== shown.contract || kind.type.name !== shown.name) {
    throw new TypeError("is of another kind than it is said to be");
  }
  const data = bytesOf(shown.data);
  const values = decoded(kind.type, membersOf(kind.type).slice(INDEXED), data);
  return {
    position,
    contract: kind.contract,
    name: kind.type.name,
    subject: hexOf(bytesOf(shown.subject)),
    topic: bytesOf(shown.topic),
    request: bytesOf(shown.request_digest),
    data,
    values,
    recordedAt: Number(values.recordedAt),
    signed: shown.signed_request,
  };
}
