// Photos and voice: kept in IndexedDB until the server has them, sent by POST with the same id however often.
const TOO_BIG = 413;
const WAIT = 429;
const RETRY_SECONDS = 10;

export class Blobs {
  constructor() {
    this.memory = new Map();
    this.database = this.connect();
  }

  async put(id, blob) {
    this.memory.set(id, blob);
    await this.request("readwrite", (files) => files.put(blob, id));
  }

  async get(id) {
    return this.memory.get(id) || this.request("readonly", (files) => files.get(id));
  }

  async drop(id) {
    this.memory.delete(id);
    await this.request("readwrite", (files) => files.delete(id));
  }

  async clear() {
    this.memory.clear();
    await this.request("readwrite", (files) => files.clear());
  }

  // Without IndexedDB (private windows of some browsers) a file lasts as long as the page.
  connect() {
    return new Promise((resolve) => {
      if (!window.indexedDB) return resolve(null);
      const opening = indexedDB.open("chat-files", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("files");
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => resolve(null);
    });
  }

  async request(mode, ask) {
    const database = await this.database;
    if (!database) return undefined;
    return new Promise((resolve, reject) => {
      const asked = ask(database.transaction("files", mode).objectStore("files"));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }
}

// Resolves to {taken: true}, {refused: "key of a text"} or {wait: seconds}.
export async function upload(item, blob) {
  if (!blob) return { refused: "upload_refused" };
  const form = new FormData();
  form.append("id", item.id);
  form.append("kind", item.kind);
  form.append("seen", String(item.seen));
  form.append("file", blob, item.name);
  try {
    return outcome(await fetch("/chat/upload", { method: "POST", body: form, credentials: "same-origin" }));
  } catch (error) {
    console.warn("upload put off", error);
    return { wait: RETRY_SECONDS };
  }
}

function outcome(response) {
  if (response.ok) return { taken: true };
  if (response.status === TOO_BIG) return { refused: "too_big" };
  if (response.status === WAIT) return { wait: Number(response.headers.get("Retry-After")) || RETRY_SECONDS };
  if (response.status === 401) return { wait: RETRY_SECONDS, identity: true };
  return response.status < 500 ? { refused: "upload_refused" } : { wait: RETRY_SECONDS };
}
