// A page that waits for what others do: where its `data-state` is another one on the server, it is loaded again.

const AGAIN_MS = 1_500;

async function again(): Promise<void> {
  const mine = document.querySelector("#main [data-waits]");
  if (!mine) return;
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-state]");
    if (fresh && mine.getAttribute("data-state") !== fresh.getAttribute("data-state")) location.reload();
  } catch {
    // asked again soon
  }
  waitForOthers();
}

/** Looks again and again while the page holds an element with `data-waits`. */
export function waitForOthers(): void {
  setTimeout(() => void again(), AGAIN_MS);
}
