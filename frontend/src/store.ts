// Where keys are kept: IndexedDB holds a key as a handle, so a key that is not extractable stays so.

import { tableOf } from "./indexed";
import type { Held } from "./secret";

// "strict": a key is on the disk before anybody is told of it.
const inTable = tableOf("return-ledger-keys", "keys", { durability: "strict" });

/** Throws ConstraintError if the name is taken: a key is never overwritten. */
export async function addRecord(name: string, held: Held): Promise<void> {
  await inTable("readwrite", (table) => table.add(held, name));
}

export async function readRecord(name: string): Promise<Held | null> {
  return (await inTable<Held | undefined>("readonly", (table) => table.get(name))) ?? null;
}

export async function listNames(): Promise<string[]> {
  return (await inTable("readonly", (table) => table.getAllKeys())).map(String);
}

export async function removeRecord(name: string): Promise<void> {
  await inTable("readwrite", (table) => table.delete(name));
}
