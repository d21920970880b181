// Keeps the shell of the pages at hand for a bad connection. Never what the API says: stock and prices are of now.
const SHELL = "phien-shell-1";
const PAGE = "/index.html";
const NO_PAGES = /^\/(v1|docs|video|healthz|openapi\.json)/;

addEventListener("install", (event) => {
  event.waitUntil(fetch(PAGE).then(keep).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const old = (name) => name !== SHELL;
  const clean = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(clean.then(() => clients.claim()));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/assets/")) event.respondWith(asset(request));
  else if (request.mode === "navigate" && !NO_PAGES.test(pathname)) event.respondWith(page(event));
});

// Its name changes with what is in it.
async function asset(request) {
  const cache = await caches.open(SHELL);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

// The newest if there is a connection, and for all addresses the same.
async function page(event) {
  try {
    const answer = await fetch(event.request);
    event.waitUntil(keep(answer.clone()));
    return answer;
  } catch {
    return (await caches.match(PAGE)) ?? Response.error();
  }
}

// A page with what it begins with; that of another build takes the place of everything.
async function keep(answer) {
  if (!answer.ok || !answer.headers.get("content-type")?.startsWith("text/html")) return;
  const html = await answer.text();
  const before = await caches.match(PAGE);
  if (before && (await before.text()) === html) return;
  await caches.delete(SHELL);
  const cache = await caches.open(SHELL);
  await cache.addAll([...new Set(html.match(/\/assets\/[\w.-]+/g))]);
  const headers = ["content-type", "content-security-policy"].map((name) => [name, answer.headers.get(name) ?? ""]);
  await cache.put(PAGE, new Response(html, { headers }));
}
