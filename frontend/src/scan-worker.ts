// Keeps the page for scanning and its modules at hand: the network first, what was kept where there is none.

const CACHE = "return-ledger-scan";
const PATIENCE_MS = 4_000;
interface Worker extends EventTarget {
  skipWaiting(): void;
  clients: { claim(): Promise<void> };
  location: Location;
}
const worker = self as unknown as Worker;

const kept = (request: Request) => caches.match(request, { ignoreSearch: true, ignoreVary: true });

async function fetched(request: Request): Promise<Response> {
  const answer = await fetch(request);
  if (answer.ok && !answer.redirected && answer.type === "basic") {
    await (await caches.open(CACHE)).put(new URL(request.url).pathname, answer.clone());
  }
  return answer;
}

async function answered(request: Request): Promise<Response> {
  const known = await kept(request);
  if (!known) return fetched(request);
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(known.clone()), PATIENCE_MS));
  return Promise.race([fetched(request).catch(() => known), late]);
}

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (event: any) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("message", (event: any) => {
  event.waitUntil(Promise.all((event.data.keep as string[]).map((url) => fetched(new Request(url)).catch(() => null))));
});
worker.addEventListener("fetch", (event: any) => {
  const { pathname, origin } = new URL(event.request.url);
  const ours = origin === worker.location.origin && (pathname === "/scan" || pathname.startsWith("/static/"));
  if (ours && event.request.method === "GET") event.respondWith(answered(event.request));
});
