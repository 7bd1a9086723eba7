// Making a key on a page that offers a recovery file with it: used by claim links and invitations.

import { type Key, loadKey, makeKey, makeKeyWithRecovery } from "./keys";
import { word } from "./words";

/** The key, under that name; with a recovery file if the form has a passphrase, which is handed over before going on. */
export async function makeKeyOf(form: HTMLFormElement, name: string): Promise<Key> {
  // What was begun before, and did not get to its end, goes on with the same key.
  const known = await loadKey(name);
  if (known) return known;
  const passphrase = String(new FormData(form).get("passphrase") ?? "");
  if (!passphrase) return makeKey(name);
  const { key, file } = await makeKeyWithRecovery(name, passphrase);
  handOver(file, `return-ledger-${key.address.slice(2, 10)}.json`);
  return key;
}

function handOver(text: string, name: string): void {
  const link = document.createElement("a");
  const place = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.href = place;
  link.download = name;
  link.textContent = word("recovery-again");
  document.querySelector("[data-recovery]")?.replaceChildren(link);
  link.click();
}
