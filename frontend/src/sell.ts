// A sale entered by hand: makes the claim link's key here, signs the receipt, hands both to this site but for the secret,
// and shows the link with its secret to the seller alone.

import { wakeButtons } from "./ready";
import { hexOf, joined, textBytes } from "./bytes";
import { keccak } from "./keccak";
import { signerOfSecret } from "./keys";
import { ask } from "./post";
import { draw } from "./qr";
import { signReceipt } from "./requests";
import { chainHere } from "./session";
import { keyToSign } from "./signing";
import { word, wordsOf } from "./words";

interface SaleHere {
  actor: string;
  receipt: Record<string, unknown>;
  particulars: { order: string };
}

const sale = JSON.parse(document.getElementById("sale")?.textContent ?? "{}") as SaleHere;
const button = document.getElementById("sell") as HTMLButtonElement;
const status = document.querySelector("[data-status]") as HTMLElement;
const field = document.getElementById("link") as HTMLInputElement;

async function sell(): Promise<string> {
  const key = await keyToSign(sale.actor);
  status.textContent = word("step.link");
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const link = await signerOfSecret(secret);
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const order = hexOf(keccak(joined(salt, textBytes(sale.particulars.order))));
  const receipt = await signReceipt({ ...sale.receipt, claimKey: link.address, order }, key, await chainHere());
  status.textContent = word("step.sending");
  const body = JSON.stringify({ receipt, particulars: sale.particulars, order_salt: hexOf(salt) });
  const kept = await ask("/sales", { method: "POST", body });
  return `${location.origin}${kept.claim_path}#${hexOf(secret).slice(2)}`;
}

function show(link: string): void {
  localStorage.removeItem(`return-ledger.draft.${location.pathname}`);
  field.value = link;
  draw(link, document.getElementById("qr") as Element);
  (document.getElementById("before") as HTMLElement).hidden = true;
  const after = document.getElementById("after") as HTMLElement;
  after.hidden = false;
  after.querySelector("h1")?.focus();
  status.textContent = "";
}

wakeButtons();
button.addEventListener("click", () => {
  button.disabled = true;
  status.classList.remove("wrong");
  sell()
    .then(show)
    .catch((error) => {
      status.textContent = wordsOf(error);
      status.classList.add("wrong");
      button.disabled = false;
    });
});

document.getElementById("copy")?.addEventListener("click", () => {
  field.select();
  const copied = navigator.clipboard?.writeText(field.value) ?? Promise.reject(new Error("no clipboard"));
  copied.then(
    () => (status.textContent = word("copied")),
    () => (status.textContent = word("not-copied")),
  );
});
