// Files that somebody chose before there was anywhere to send them: kept in IndexedDB under the address of their form.

import { tableOf } from "./indexed";

const inTable = tableOf("return-ledger-attached", "files");

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
