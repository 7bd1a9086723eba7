// The page on which a person checks and signs; forms that are signed at once (`data-quick`); fields whose content is
// kept as a document first (`data-keep`); half-filled forms, which this browser keeps (`data-draft`); files that can
// be sent only once something is recorded (`data-attach`).

import { attach, attachedOf, moveAttached } from "./attached";
import { bytesOf, hexOf } from "./bytes";
import { DRAFT, fillIn, forgetDraft, keepDraft } from "./drafts";
import { keepDocument, keepText } from "./documents";
import { keccak } from "./keccak";
import type { Signer } from "./keys";
import { wakeButtons } from "./ready";
import { carryOut, keyToSign, type ToSign } from "./signing";
import { placeToTell, tell } from "./status";
import { word, wordsOf } from "./words";

const LOT = "return-ledger.lot.";
const LOT_BYTES = 32;

/** What is said with an act, and can be sent only once that is recorded: the documents belong to what it opened. */
interface Besides {
  return_id: string;
  said: string;
  message: { action: string; request: { message: string } };
  form: string; // where it can be added later
}

function busy(root: ParentNode, on: boolean): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>("button")) button.disabled = on;
}

// --- Signing what the page holds

async function signed(root: ParentNode, block: HTMLElement): Promise<void> {
  const act = JSON.parse(block.textContent ?? "") as ToSign & { besides?: Besides };
  await carryOut(act, (step) => tell(word(`step.${step}`), false, root));
  if (act.besides && !(await sendBesides(root, act, act.besides))) return;
  tell(word("step.done"), false, root);
  forgetDraft();
  location.assign(act.then);
}

/** Words and files that go along; if they do not get through, they wait in the form of a message. */
async function sendBesides(root: ParentNode, act: ToSign, besides: Besides): Promise<boolean> {
  await keepForLater(besides);
  forgetDraft();
  try {
    const key = await keyToSign(act.actor);
    const commitments = [
      ...(besides.said ? [(await keepText(besides.return_id, besides.said, key)).commitment] : []),
      ...(await keepFiles(root, besides.return_id, await attachedOf(besides.form), key)),
    ];
    const { action, request } = besides.message;
    const requests = commitments.map((message) => ({ action, request: { ...request, message } }));
    await carryOut({ ...act, requests }, (step) => tell(word(`step.${step}`), false, root));
  } catch (error) {
    tellMissing(root, act, besides, error);
    return false;
  }
  localStorage.removeItem(DRAFT + besides.form);
  await attach(besides.form, []).catch(() => undefined);
  return true;
}

async function keepForLater(besides: Besides): Promise<void> {
  try {
    if (besides.said) localStorage.setItem(DRAFT + besides.form, JSON.stringify({ said: [besides.said] }));
    await moveAttached(location.pathname, besides.form);
  } catch {
    // nothing is kept where storage is switched off
  }
}

/** The act is recorded, so it cannot be signed again: what is missing has an address of its own. */
function tellMissing(root: ParentNode, act: ToSign, besides: Besides, error: unknown): void {
  tell(word("besides.missing", { detail: wordsOf(error) }), true, root);
  const place = document.createElement("p");
  for (const [name, href, kind] of [["besides.add", besides.form, "action"], ["besides.later", act.then, "action plain"]] as const) {
    const link = document.createElement("a");
    Object.assign(link, { href, className: kind, textContent: word(name) });
    place.append(link, " ");
  }
  placeToTell(root)?.after(place);
  button?.remove();
}

async function trying(root: ParentNode, run: () => Promise<void>): Promise<void> {
  busy(root, true);
  try {
    await run();
  } catch (error) {
    tell(wordsOf(error), true, root);
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

/** Every field with `data-keep` is sent, and its commitment stands in a hidden field of that name instead. */
async function keepFields(form: HTMLFormElement): Promise<void> {
  const fields = form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("[data-keep]");
  for (const field of fields) {
    const name = field.dataset.keep ?? "";
    const returnId = form.dataset.return ?? "";
    const commitments: string[] = [];
    if (field instanceof HTMLInputElement && field.type === "file") {
      const waiting = field.dataset.attach === undefined ? [] : await attachedOf(location.pathname);
      const files = [...waiting, ...(field.files ?? [])];
      if (files.length) commitments.push(...(await keepFiles(form, returnId, files, await keyToSign(form.dataset.actor ?? ""))));
    } else if (field.value.trim()) {
      tell(word("step.keeping", { name: "" }), false, form);
      commitments.push((await keepText(returnId, field.value.trim(), await keyToSign(form.dataset.actor ?? ""))).commitment);
    }
    hidden(form, name, commitments[0] ?? "");
  }
}

/** The commitment of files, if there are any. One entry has room for one: several are listed in one that commits to all. */
async function keepFiles(root: ParentNode, returnId: string, files: File[], key: Signer): Promise<string[]> {
  const commitments: string[] = [];
  for (const file of files) {
    tell(word("step.keeping", { name: file.name }), false, root);
    const content = new Uint8Array(await file.arrayBuffer());
    commitments.push((await keepDocument(returnId, content, file.type || "application/octet-stream", key)).commitment);
  }
  return commitments.length > 1 ? [(await keepText(returnId, commitments.join("\n"), key)).commitment] : commitments;
}

// --- Files that wait for something to be recorded

async function keepAttached(form: HTMLFormElement): Promise<void> {
  const field = form.querySelector<HTMLInputElement>("input[data-attach]");
  if (!field?.files?.length) return;
  await attach(location.pathname, [...(await attachedOf(location.pathname)), ...field.files]);
}

/** What is attached already, with a button to leave each out; on the page before the signature too. */
async function showAttached(): Promise<void> {
  const place = document.querySelector<HTMLElement>("[data-attached]");
  const list = place?.querySelector("ul");
  if (!place || !list) return;
  const files = await attachedOf(location.pathname);
  place.hidden = !files.length;
  list.replaceChildren(...files.map((file, i) => attachedRow(file, files.filter((_, other) => other !== i))));
}

function attachedRow(file: File, others: File[]): HTMLElement {
  const row = document.createElement("li");
  const leave = document.createElement("button");
  Object.assign(leave, { type: "button", className: "action plain", textContent: word("attached.leave-out") });
  leave.setAttribute("aria-label", word("attached.leave-out-of", { name: file.name }));
  leave.addEventListener("click", () => void attach(location.pathname, others).then(showAttached));
  if (file.type.startsWith("image/")) {
    const image = document.createElement("img");
    Object.assign(image, { src: URL.createObjectURL(file), alt: "" });
    row.append(image);
  }
  const name = document.createElement("span");
  name.textContent = file.name;
  row.append(name, leave);
  return row;
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
  } else if (form.querySelector("[data-attach]") && form.dataset.kept === undefined) {
    event.preventDefault();
    void trying(form, async () => {
      await keepAttached(form);
      form.dataset.kept = "";
      form.submit();
    });
  }
});

void showAttached();
wakeButtons();

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft]")) {
  fillIn(form);
  form.addEventListener("input", () => keepDraft(form));
}
