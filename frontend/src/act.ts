// The page on which a person checks and signs; forms that are signed at once (`data-quick`); fields whose content is
// kept as a document first (`data-keep`); half-filled forms, which this browser keeps (`data-draft`).

import { bytesOf, hexOf } from "./bytes";
import { fillIn, forgetDraft, keepDraft } from "./drafts";
import { keepDocument, keepText } from "./documents";
import { keccak } from "./keccak";
import type { Signer } from "./keys";
import { carryOut, KeyMissing, type ToSign } from "./signing";
import { keyOfAddress } from "./session";
import { word, wordsOf } from "./words";

const LOT = "return-ledger.lot.";
const LOT_BYTES = 32;

// --- Telling

function status(root: ParentNode): HTMLElement | null {
  return root.querySelector<HTMLElement>("[data-status]") ?? document.querySelector<HTMLElement>("[data-status]");
}

function say(root: ParentNode, text: string, wrong = false): void {
  const place = status(root);
  if (!place) return;
  place.textContent = text;
  place.classList.toggle("wrong", wrong);
  if (wrong) place.setAttribute("role", "alert");
  else place.setAttribute("role", "status");
}

function busy(root: ParentNode, on: boolean): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>("button")) button.disabled = on;
}

// --- Signing what the page holds

async function signed(root: ParentNode, block: HTMLElement): Promise<void> {
  const act = JSON.parse(block.textContent ?? "") as ToSign;
  await carryOut(act, (step) => say(root, word(`step.${step}`)));
  say(root, word("step.done"));
  forgetDraft();
  location.assign(act.then);
}

async function trying(root: ParentNode, run: () => Promise<void>): Promise<void> {
  busy(root, true);
  try {
    await run();
  } catch (error) {
    say(root, wordsOf(error), true);
    busy(root, false);
  }
}

/** Sends a form to its route, and signs what the answer holds; an answer with errors takes the place of this page. */
async function quick(form: HTMLFormElement): Promise<void> {
  await keepFields(form);
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const block = page.getElementById("to-sign");
  if (block) return signed(form, block);
  const fresh = page.getElementById("main");
  const main = document.getElementById("main");
  if (!fresh || !main) throw new Error(`answered ${answer.status}`);
  main.replaceChildren(...fresh.childNodes);
  document.title = page.title;
  main.querySelector<HTMLElement>("[role=alert], .errors, h1")?.focus();
}

// --- Fields that are documents

async function keyFor(form: HTMLElement): Promise<Signer> {
  const key = await keyOfAddress(form.dataset.actor ?? "");
  if (!key) throw new KeyMissing();
  return key;
}

/** Every field with `data-keep` is sent, and its commitment stands in a hidden field of that name instead. */
async function keepFields(form: HTMLFormElement): Promise<void> {
  const fields = form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("[data-keep]");
  for (const field of fields) {
    const name = field.dataset.keep ?? "";
    const returnId = form.dataset.return ?? "";
    const commitments: string[] = [];
    if (field instanceof HTMLInputElement && field.type === "file") {
      for (const file of field.files ?? []) {
        say(form, word("step.keeping", { name: file.name }));
        const content = new Uint8Array(await file.arrayBuffer());
        const kept = await keepDocument(returnId, content, file.type || "application/octet-stream", await keyFor(form));
        commitments.push(kept.commitment);
      }
    } else if (field.value.trim()) {
      say(form, word("step.keeping", { name: "" }));
      commitments.push((await keepText(returnId, field.value.trim(), await keyFor(form))).commitment);
    }
    // One entry has room for one commitment: several documents are listed in one that commits to all.
    if (commitments.length > 1) {
      commitments.splice(0, commitments.length, (await keepText(returnId, commitments.join("\n"), await keyFor(form))).commitment);
    }
    hidden(form, name, commitments[0] ?? "");
  }
}

function hidden(form: HTMLFormElement, name: string, value: string): void {
  let field = form.querySelector<HTMLInputElement>(`input[type=hidden][name="${CSS.escape(name)}"]`);
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    form.append(field);
  }
  field.value = value;
}

// --- Lots: what both sides draw chooses an arbitrator. It stays here until it is shown; before that the page has its hash.

/** What was drawn when the dispute was opened is in another browser. */
class LotMissing extends Error {
  readonly reason = "lot-missing";
}

function drawLots(form: HTMLFormElement): void {
  for (const field of form.querySelectorAll<HTMLInputElement>("input[data-lot]")) {
    const place = LOT + (field.dataset.dispute ?? "");
    const kind = field.dataset.lot;
    const kept = kind === "new" ? null : localStorage.getItem(place);
    if (kind === "show" && !kept) throw new LotMissing();
    const lot = kept ?? hexOf(crypto.getRandomValues(new Uint8Array(LOT_BYTES)));
    if (kind === "hash") localStorage.setItem(place, lot);
    field.value = kind === "hash" ? hexOf(keccak(bytesOf(lot))) : lot;
  }
}

// --- What a page has of these

const block = document.getElementById("to-sign");
const button = document.getElementById("sign");
if (block && button) {
  button.addEventListener("click", () => trying(document, () => signed(document, block)));
  showExactly(block);
}

function showExactly(from: HTMLElement): void {
  const place = document.getElementById("exactly");
  if (!place) return;
  const act = JSON.parse(from.textContent ?? "") as ToSign;
  place.textContent = act.requests.map((item) => `${item.action} ${JSON.stringify(item.request, null, 2)}`).join("\n\n");
}

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.dataset.quick !== undefined) {
    event.preventDefault();
    void trying(form, () => quick(form));
  } else if (form.querySelector("[data-keep], [data-lot]") && form.dataset.kept === undefined) {
    event.preventDefault();
    void trying(form, async () => {
      await keepFields(form);
      drawLots(form);
      form.dataset.kept = "";
      form.submit();
    });
  }
});

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft]")) {
  fillIn(form);
  form.addEventListener("input", () => keepDraft(form));
}
