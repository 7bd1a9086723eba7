// Which histories a return rests on, from its entries, not from the server's list. Twin of `related_subjects`.

import { type Bytes, hexOf, isZero, word } from "./bytes";
import type { Entry } from "./entries";
import { keccak } from "./keccak";
import lists from "./tables/lists.json";
import type { Struct } from "./typed";

export const REGISTRY = hexOf(new Uint8Array(32).map((_, i) => "registry".charCodeAt(i) || 0));

/** Group of subjects → the contract whose histories they are. */
export const CONTRACT_OF_GROUP: Record<string, string> = lists.contractOfGroup;

export type History = (contract: string, subject: string) => Entry[];

function idOf(...parts: (Bytes | bigint)[]): string {
  return hexOf(keccak(...parts.map((part) => (typeof part === "bigint" ? word(part) : part))));
}

/** Subjects by group. Throws TypeError if nothing opens the return. */
export function subjectsOf(returnId: string, history: History): Record<string, string[]> {
  const mine = history("ReturnLedger", returnId);
  if (mine[0]?.name !== "ReturnOpened") throw new TypeError("no entry opens the return");
  const receipt = mine[0].values.receipt as Bytes;
  const [claimed, ...later] = history("ReturnLedger", hexOf(receipt));
  if (claimed?.name !== "ReceiptClaimed") throw new TypeError("no entry claims the receipt");
  const sale = claimed.values.receipt as Struct;
  const named = (entries: Entry[], kind: string, field: string) =>
    entries.filter((entry) => entry.name === kind).map((entry) => entry.values[field] as Bytes);
  const outbound = named(later, "DeliveryStated", "parcel").filter((parcel) => !isZero(parcel));
  return {
    return: [returnId],
    receipt: [hexOf(receipt)],
    policy: [idOf(sale.seller as bigint, sale.series as bigint)],
    parcels: [...new Set([...named(mine, "ParcelAdded", "parcel"), ...outbound].map(hexOf))],
    siblings: siblingsOf(receipt, history).filter((id) => id !== returnId),
    escrow: [returnId],
    disputes: named(mine, "DisputeBegun", "dispute").map(hexOf),
    registry: [REGISTRY],
  };
}

/** All returns of a receipt, and the next one, which has no entry: so none is left out. */
function siblingsOf(receipt: Bytes, history: History): string[] {
  const found: string[] = [];
  do found.push(idOf(receipt, BigInt(found.length + 1)));
  while (history("ReturnLedger", found[found.length - 1] as string).length);
  return found;
}

/** Id of a parcel: it says which participant may write it. */
export function parcelId(participant: bigint, tracking: Bytes): string {
  return idOf(participant, tracking);
}
