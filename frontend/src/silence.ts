// Where somebody was silent for too long: one button, for anybody, that has the consequence recorded.
//
// A page that lives (static/live.js) gets a fresh button with each update; this module wakes it.

interface Status {
  id: string;
  state: string;
}

const ASK_AGAIN_MS = 500;
const SILENCE = "form[data-silence]";
const EARLY = ["enforce-too-early", "dispute-too-early"];
const DONE = ["enforce-nothing", "dispute-nothing-to-enforce"]; // somebody was faster

const main = document.getElementById("main") as HTMLElement;
let running = false;

/** Waits for what was sent; an answer that says why it cannot be is thrown as its slug. */
async function asked(path: string, init: RequestInit = {}): Promise<Status> {
  const answer = await fetch(path, { ...init, headers: { "Content-Type": "application/json" } });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(slugOf(body));
  if (body.state === "failed") throw new Error(slugOf(body.problem));
  return body;
}

function slugOf(problem: { type?: string } | undefined): string {
  return String(problem?.type ?? "").split("/").pop() ?? "";
}

async function enforce(path: string): Promise<void> {
  let status = await asked(path, { method: "POST", body: "{}" });
  while (status.state !== "recorded") {
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    status = await asked(`/api/v1/requests/${status.id}`);
  }
}

/** The page may have been replaced meanwhile: it is told on the form that stands there now. */
function say(name: string, wrong = false): void {
  const form = document.querySelector<HTMLFormElement>(SILENCE);
  if (!form) return;
  const place = form.querySelector<HTMLElement>("[role=status]") ?? document.createElement("p");
  place.setAttribute("role", "status");
  if (!place.isConnected) form.append(place);
  place.className = "status";
  place.textContent = form.dataset[name] ?? "";
  place.classList.toggle("wrong", wrong);
}

async function press(form: HTMLFormElement): Promise<void> {
  running = true;
  wake();
  say("waiting");
  try {
    await enforce(form.getAttribute("action") ?? "");
  } catch (error) {
    const { message } = error as Error;
    if (!DONE.includes(message)) {
      running = false;
      wake();
      return say(error instanceof TypeError ? "offline" : EARLY.includes(message) ? "early" : "other", true);
    }
  }
  running = false;
  document.dispatchEvent(new Event("refresh"));
}

function wake(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>(`${SILENCE} button`)) button.disabled = running;
}

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (!form.matches(SILENCE)) return;
  event.preventDefault();
  if (!running) void press(form);
});

new MutationObserver(wake).observe(main, { childList: true });
wake();
