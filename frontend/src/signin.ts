// The sign-in page: one button for each key of this browser, and a recovery file for another device's.

import { keyNames, loadKey, restoreKey, type Key } from "./keys";
import { wakeButtons } from "./ready";
import { signIn } from "./session";
import { word, wordsOf } from "./words";

const list = document.getElementById("keys") as HTMLElement;
const none = document.getElementById("no-keys") as HTMLElement;
const status = document.querySelector("[data-status]") as HTMLElement;
const form = document.getElementById("recovery") as HTMLFormElement;
const then = list.dataset.then ?? "/account";

async function enter(key: Key): Promise<void> {
  status.textContent = word("step.signing");
  await signIn(key);
  location.assign(then);
}

function tried(run: () => Promise<void>): void {
  status.classList.remove("wrong");
  run().catch((error) => {
    status.textContent = wordsOf(error);
    status.classList.add("wrong");
  });
}

async function show(): Promise<void> {
  const names = await keyNames();
  none.hidden = names.length > 0;
  for (const name of names) {
    const button = document.createElement("button");
    button.className = "action";
    button.textContent = word("continue-as", { name });
    button.addEventListener("click", () =>
      tried(async () => {
        const key = await loadKey(name);
        if (key) await enter(key);
      }),
    );
    const item = document.createElement("li");
    item.append(button);
    list.append(item);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  tried(async () => {
    const given = new FormData(form);
    const file = given.get("file") as File;
    const text = await file.text();
    status.textContent = word("step.opening");
    const address = String(JSON.parse(text).address ?? "");
    const name = `${word("restored")} ${address.slice(0, 8)}`;
    const known = await loadKey(name);
    await enter(known ?? (await restoreKey(name, text, String(given.get("passphrase") ?? ""))));
  });
});

wakeButtons();
tried(show);
