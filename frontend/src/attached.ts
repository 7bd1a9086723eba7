// Files that somebody chose before there was anywhere to send them: kept in IndexedDB under the address of their form.

const DATABASE = "return-ledger-attached";
const TABLE = "files";

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
    const transaction = database.transaction(TABLE, mode);
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

/** The files of a form; none where nothing can be kept. */
export async function attachedOf(place: string): Promise<File[]> {
  try {
    return (await inTable<File[] | undefined>("readonly", (table) => table.get(place))) ?? [];
  } catch {
    return [];
  }
}

/** Keeps these files, and no others, for a form. */
export async function attach(place: string, files: File[]): Promise<void> {
  if (files.length) await inTable("readwrite", (table) => table.put(files, place));
  else await inTable<undefined>("readwrite", (table) => table.delete(place));
}

/** What was attached to one form belongs to another from now on. */
export async function moveAttached(from: string, to: string): Promise<void> {
  const files = await attachedOf(from);
  if (!files.length) return;
  await attach(to, [...(await attachedOf(to)), ...files]);
  await attach(from, []);
}
