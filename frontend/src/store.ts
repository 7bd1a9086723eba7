// Where keys are kept: IndexedDB holds a key as a handle, so a key that is not extractable stays so.

import type { Held } from "./secret";

const DATABASE = "return-ledger-keys";
const TABLE = "keys";

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function inTable<T>(mode: IDBTransactionMode, act: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE);
  const database = await done(opening);
  try {
    // "strict": a key is on the disk before anybody is told of it.
    const transaction = database.transaction(TABLE, mode, { durability: "strict" });
    const finished = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    const [result] = await Promise.all([done(act(transaction.objectStore(TABLE))), finished]);
    return result;
  } finally {
    database.close();
  }
}

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
