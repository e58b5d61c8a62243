// Keeps the page's shell on the phone, so that it opens with no network; the talk itself is in localStorage.
// The server writes a digest of the shell in place of the version: a new one installs a whole new shell at once.
const VERSION = "__VERSION__";
const CACHE = "chat-shell-" + VERSION;
const STATIC = "/chat/static/";
const SHELL = [
  "/",
  "/manifest.webmanifest",
  ...["chat.css", "chat.js", "store.js", "transcript.js", "queue.js", "socket.js", "upload.js", "capture.js",
    "text.js", "bubbles.js", "view.js", "icons/mark.svg"].map((name) => STATIC + name),
];

async function install() {
  const cache = await caches.open(CACHE);
  // "no-cache" asks the server whether what the browser just fetched is still good, and costs a 304 each.
  await cache.addAll(SHELL.map((url) => new Request(url, { cache: "no-cache" })));
  await self.skipWaiting();
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith("chat-shell-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function answer(request, key) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(key);
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok) await cache.put(key, fresh.clone());
  return fresh;
}

function shellKey(request) {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return null;
  if (request.mode === "navigate") return url.pathname === "/" ? "/" : null;
  const isShell = url.pathname.startsWith(STATIC) || url.pathname === "/manifest.webmanifest";
  return isShell ? url.pathname : null;
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const key = shellKey(event.request);
  if (key) event.respondWith(answer(event.request, key));
});
