// Where a page tells how an act goes.

/** Beside the act, or the one place that the page has for it. */
export function placeToTell(root: ParentNode): HTMLElement | null {
  return root.querySelector<HTMLElement>("[data-status]") ?? document.querySelector<HTMLElement>("[data-status]");
}

/** Tells it there. */
export function tell(text: string, wrong = false, root: ParentNode = document): void {
  const place = placeToTell(root);
  if (!place) return;
  place.textContent = text;
  place.classList.toggle("wrong", wrong);
  place.setAttribute("role", wrong ? "alert" : "status");
}
