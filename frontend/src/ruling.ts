// The form of a ruling: shows what it would do, computed by the server by the refund rule, while it is filled in.

import { word } from "./words";

const QUIET_MS = 400; // after the last key

const form = document.querySelector<HTMLFormElement>("form[data-effect]");
const place = document.querySelector<HTMLElement>("[data-shown]");

let waiting: ReturnType<typeof setTimeout> | undefined;
let asked = 0;

function chosen(): string {
  return form?.querySelector<HTMLInputElement>("input[name=verdict]:checked")?.value ?? "";
}

/** The lines are asked for only where the ruling gives something. */
function adapt(): void {
  form?.setAttribute("data-verdict", chosen());
}

async function show(): Promise<void> {
  if (!form || !place) return;
  const mine = ++asked;
  const body = new URLSearchParams();
  // The reasons stay here: they say nothing about the effect.
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !name.startsWith("reasons")) body.append(name, value);
  }
  try {
    const answer = await fetch(form.dataset.effect ?? "", { method: "POST", body, headers: { Accept: "text/html" } });
    if (!answer.ok && answer.status !== 422) throw new Error(`answered ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine === asked) place.replaceChildren(...page.body.childNodes);
  } catch {
    if (mine === asked) place.textContent = word("effect.failed");
  }
}

function soon(): void {
  clearTimeout(waiting);
  waiting = setTimeout(() => void show(), QUIET_MS);
}

form?.addEventListener("input", (event) => {
  adapt();
  if (chosen() && (event.target as HTMLElement).id !== "reasons_text") soon();
});
form?.querySelector("[data-show]")?.addEventListener("click", () => void show());
// After act.js has filled in what was kept of a half-filled form.
addEventListener("load", () => {
  adapt();
  if (chosen()) void show();
});
