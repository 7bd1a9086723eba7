// An invitation: this browser makes a key, and brings its address; then it waits until the council has added it.

import { ask } from "./post";
import { makeKeyOf } from "./making";
import { wakeButtons } from "./ready";
import { keyOfAddress, signIn } from "./session";
import { word, wordsOf } from "./words";

const ASK_AGAIN_MS = 2000;
const main = document.getElementById("join") as HTMLElement;
const form = document.getElementById("make-key") as HTMLFormElement | null;
const status = document.querySelector("[data-status]") as HTMLElement;

async function bring(made: HTMLFormElement): Promise<void> {
  status.textContent = word("step.making");
  const key = await makeKeyOf(made, main.dataset.name ?? "");
  (made.elements.namedItem("actor") as HTMLInputElement).value = key.address;
  made.submit();
}

/** Signs in as soon as the registry knows the key. */
async function wait(actor: string): Promise<void> {
  const key = await keyOfAddress(actor);
  if (!key) return;
  for (;;) {
    const { items } = await ask("/participants");
    if (items.some((item: any) => item.keys.some((known: any) => known.address === actor))) break;
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
  await signIn(key);
  location.assign("/account");
}

function tried(run: () => Promise<void>): void {
  run().catch((error) => {
    status.textContent = wordsOf(error);
    status.classList.add("wrong");
    wakeButtons();
  });
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  for (const button of form.querySelectorAll("button")) button.disabled = true; // one key is enough
  tried(() => bring(form));
});
wakeButtons();
if (main.dataset.actor) tried(() => wait(main.dataset.actor ?? ""));
