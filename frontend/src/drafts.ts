// Half-filled forms, which this browser keeps (`data-draft`) until what they were for is signed.

import { attach } from "./attached";

export const DRAFT = "return-ledger.draft.";

function draftPlace(form: HTMLElement): string {
  return DRAFT + (form.dataset.draft || location.pathname);
}

/** What was typed so far. */
export function keepDraft(form: HTMLFormElement): void {
  const values: Record<string, string[]> = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value) (values[name] ??= []).push(value);
  }
  try {
    localStorage.setItem(draftPlace(form), JSON.stringify(values));
  } catch {
    // nothing is kept where storage is switched off
  }
}

/** Fills in what was typed on another day. */
export function fillIn(form: HTMLFormElement): void {
  if (form.dataset.filled !== undefined) return; // the server gave back what was typed
  let values: Record<string, string[]> | null = null;
  try {
    values = JSON.parse(localStorage.getItem(draftPlace(form)) ?? "null");
  } catch {
    return;
  }
  if (!values) return;
  for (const field of form.elements) {
    if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) {
      field.checked = values[field.name]?.includes(field.value) ?? false; // a box without a tick leaves no value
    } else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement) {
      if (field.type !== "hidden" && field.type !== "file" && field.name in values) field.value = values[field.name]?.[0] ?? "";
    }
  }
}

/** The form of what was signed stands on this page, or stood at this address. */
export function forgetDraft(): void {
  localStorage.removeItem(DRAFT + location.pathname);
  void attach(location.pathname, []).catch(() => undefined);
  const owner = document.querySelector<HTMLElement>("[data-draft]");
  if (owner) localStorage.removeItem(draftPlace(owner));
}
