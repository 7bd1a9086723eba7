// An act that several sign: this member signs it, and the server keeps it until enough of them have.

import { forgetDraft } from "./drafts";
import { Problem } from "./post";
import { wakeButtons } from "./ready";
import { sign, type SigningOptions } from "./requests";
import { chainHere } from "./session";
import { keyToSign, type ToSign } from "./signing";
import { tell } from "./status";
import { waitForOthers } from "./waiting";
import { word, wordsOf } from "./words";

/** What the page holds: twin of ledger_api/pages/together.py. */
interface SharedAct extends ToSign {
  post: string;
  nonce?: string; // of who signed first: all sign the same
  deadline?: number;
  directory?: unknown; // name of a new participant, with the salt of its commitment
}

async function signAct(act: SharedAct): Promise<void> {
  const [item] = act.requests;
  const key = await keyToSign(act.actor);
  if (!item) return;
  tell(word("step.signing"));
  const options: SigningOptions = act.nonce ? { nonce: BigInt(act.nonce), deadline: Number(act.deadline) } : {};
  const signed = await sign(item.action, item.request, key, await chainHere(), options);
  tell(word("step.sending"));
  const body = JSON.stringify(act.directory ? { ...signed, directory: act.directory } : signed);
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  const answer = await fetch(act.post, { method: "POST", headers, body });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Problem(answer.status, { detail: told.detail ?? `the server answered ${answer.status}` });
  forgetDraft();
  location.assign(told.then);
}

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLButtonElement>("#sign");
  const block = document.getElementById("to-sign");
  if (!button || !block) return;
  button.disabled = true;
  signAct(JSON.parse(block.textContent ?? "") as SharedAct).catch((error) => {
    tell(wordsOf(error), true);
    button.disabled = false;
  });
});

wakeButtons();

const exactly = document.getElementById("exactly");
const block = document.getElementById("to-sign");
if (exactly && block) {
  const act = JSON.parse(block.textContent ?? "") as SharedAct;
  exactly.textContent = act.requests.map((item) => `${item.action} ${JSON.stringify(item.request, null, 2)}`).join("\n");
}

waitForOthers();
