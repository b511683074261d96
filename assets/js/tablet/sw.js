// The service worker of /tablet. The program writes two lines before this
// file: `version`, the hash of everything named in `files`, and `files`, the
// addresses that make the app start without a network.
/* global version, files, push */

const CACHE = "tablet-" + version;
const SHELL = "/tablet";

self.addEventListener("install", (e) => {
  e.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(files.map((f) => new Request(f, { cache: f.startsWith("/a/") ? "default" : "reload" })));
  })());
});

// A new version waits until the page says that no draft is open. The cache of
// the version before stays for pages that are still open with it.
self.addEventListener("activate", (e) => {
  e.waitUntil((async () => {
    const old = (await caches.keys()).filter((k) => k.startsWith("tablet-") && k !== CACHE);
    for (const k of old.slice(0, -1)) await caches.delete(k);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== location.origin) return;
  if (e.request.mode === "navigate") {
    if (url.pathname === SHELL && !url.searchParams.has("lang")) e.respondWith(kept(SHELL, e.request));
    return;
  }
  if (url.pathname.startsWith("/a/") || url.pathname.startsWith("/tablet/")) e.respondWith(kept(e.request, e.request));
});

// kept answers from the cache of this version, then of the one before, then
// from the network. The API is never kept: it is outside these paths.
async function kept(key, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(key)) ?? (await caches.match(key)) ?? fetch(request);
}

self.addEventListener("message", (e) => {
  if (e.data?.kind === "take-over") e.waitUntil(takeOver());
  if (e.data?.kind === "ready") e.waitUntil(ready().then((missing) => e.ports[0].postMessage({ version, missing })));
});

// An open draft holds a lock; with one, the old version keeps its pages.
async function takeOver() {
  const { held } = await navigator.locks.query();
  if (!held.some((l) => l.name === "fangxin-draft")) await self.skipWaiting();
}

// ready names the files of the app that are not on the device.
async function ready() {
  const cache = await caches.open(CACHE);
  const have = new Set((await cache.keys()).map((r) => new URL(r.url).pathname + new URL(r.url).search));
  return files.filter((f) => !have.has(f));
}

self.addEventListener("sync", (e) => {
  if (e.tag !== "fangxin-queue" || !push) return;
  e.waitUntil(push(() => {}).then(async () => {
    for (const c of await self.clients.matchAll()) c.postMessage({ kind: "pushed" });
  }));
});
