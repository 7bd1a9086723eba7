// One table of IndexedDB, opened for one transaction at a time.

/** What a request answers. */
export function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Resolves once a transaction is through. */
export function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

/** A function that runs one request in the one table of a database, and resolves when it is through. */
export function tableOf(name: string, table: string, options: IDBTransactionOptions = {}) {
  return async <T>(mode: IDBTransactionMode, act: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(table);
    const database = await done(opening);
    try {
      const transaction = database.transaction(table, mode, options);
      const through = finished(transaction);
      const [result] = await Promise.all([done(act(transaction.objectStore(table))), through]);
      return result;
    } finally {
      database.close();
    }
  };
}
