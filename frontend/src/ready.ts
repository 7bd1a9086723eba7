// A button that does nothing, or the wrong thing, before its module is there waits for it.

/** Wakes all buttons that waited for this page's module. */
export function wakeButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-loading]")) button.disabled = false;
}
