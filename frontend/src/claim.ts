// A claim link: its secret is in the fragment and never leaves the browser. It shows what was bought, makes a key, and
// binds the receipt to it.

import { bytesOf } from "./bytes";
import { signerOfSecret, type Signer } from "./keys";
import { makeKeyOf } from "./making";
import { post, recorded } from "./post";
import { receiptDigest, separatorOf, sign, type SignedReceipt } from "./requests";
import { wakeButtons } from "./ready";
import { chainHere, proofToRead, signIn } from "./session";
import { word, wordsOf } from "./words";

interface Offer {
  seller: number;
  order: string;
  articles: { name: string; sku: string }[];
  receipt: SignedReceipt & { receipt: { claimKey: string; lines: { quantity: number }[] } };
}

const SECRET = /^#?([0-9a-f]{64})$/;
const main = document.getElementById("claim") as HTMLElement;
const form = document.getElementById("make-key") as HTMLFormElement;
const status = document.querySelector("[data-status]") as HTMLElement;
const receipt = main.dataset.receipt ?? "";
const place = `return-ledger.claim.${receipt}`;

function tried(run: () => Promise<void>): void {
  status.classList.remove("wrong");
  run().catch((error) => {
    status.textContent = wordsOf(error);
    status.classList.add("wrong");
    wakeButtons();
  });
}

/** The link's secret: taken out of the address at once, so that it is not in a screenshot or a bookmark. */
function secretOfLink(): string | null {
  const found = SECRET.exec(location.hash)?.[1];
  if (found) {
    sessionStorage.setItem(place, found);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return found ?? sessionStorage.getItem(place);
}

async function show(link: Signer): Promise<void> {
  const offer = await asked(link);
  const list = document.getElementById("articles") as HTMLElement;
  offer.articles.forEach((article, i) => {
    const item = document.createElement("li");
    const pieces = offer.receipt.receipt.lines[i]?.quantity ?? 1;
    item.textContent = pieces > 1 ? `${pieces} × ${article.name}` : article.name;
    list.append(item);
  });
  const order = document.getElementById("order");
  if (order) order.textContent = offer.order;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    tried(() => claim(link, offer));
  });
  main.hidden = false;
  wakeButtons();
}

/** What the link is about; the receipt must be the one that the address names, whatever the server says. */
async function asked(link: Signer): Promise<Offer> {
  const answer = await fetch(`/api/v1/receipts/${receipt}/offer`, { headers: await proofToRead(receipt, link) });
  const offer = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(offer.detail), { slug: String(offer.type).split("/").pop() });
  const digest = receiptDigest(offer.receipt.receipt, separatorOf("ReturnLedger", await chainHere()));
  const named = bytesOf(receipt);
  if (digest.some((byte, i) => byte !== named[i])) throw Object.assign(new Error(), { reason: "other-receipt" });
  return offer;
}

async function claim(link: Signer, offer: Offer): Promise<void> {
  status.textContent = word("step.making");
  const key = await makeKeyOf(form, word("order-at", { order: offer.order, seller: main.dataset.seller ?? "" }));
  status.textContent = word("step.sending");
  const request = { receipt, buyer: key.address };
  const signed = await sign("claim", request, link, await chainHere(), { receipt: offer.receipt });
  const sent = await post(signed);
  status.textContent = word("step.waiting");
  await recorded(sent.id);
  sessionStorage.removeItem(place);
  await signIn(key);
  location.assign(`/orders/${receipt}`);
}

const secret = secretOfLink();
if (secret === null) status.textContent = word("error.no-secret");
else if (main.dataset.claimed === undefined) tried(async () => show(await signerOfSecret(bytesOf(`0x${secret}`))));
