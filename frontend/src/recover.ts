// A buyer who lost his device: this browser makes a new key, and shows it. The seller then proposes it.

import { makeKeyOf } from "./making";
import { wakeButtons } from "./ready";
import { signIn } from "./session";
import { word, wordsOf } from "./words";

const form = document.getElementById("make-key") as HTMLFormElement | null;
const status = document.querySelector("[data-status]") as HTMLElement;

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  for (const button of form.querySelectorAll("button")) button.disabled = true; // one key is enough
  status.textContent = word("step.making");
  makeKeyOf(form, form.dataset.name ?? "")
    .then(signIn)
    .then(() => location.reload())
    .catch((error) => {
      status.textContent = wordsOf(error);
      status.classList.add("wrong");
      wakeButtons();
    });
});
wakeButtons();
