// What this phone keeps: small JSON values in localStorage, or in memory where the browser allows no storage.
const PREFIX = "chat.";

export class Store {
  constructor(storage) {
    this.storage = storage;
    this.memory = new Map();
    this.latest = 0;
  }

  get(key, fallback) {
    const text = this.memory.has(key) ? this.memory.get(key) : this.read(key);
    return text === null ? fallback : JSON.parse(text);
  }

  set(key, value) {
    const text = JSON.stringify(value);
    try {
      this.storage.setItem(PREFIX + key, text);
      this.memory.delete(key);
    } catch (error) {
      // Full or forbidden storage: the talk goes on, and lasts as long as the page.
      console.warn("kept in memory only", key, error);
      this.memory.set(key, text);
    }
  }

  remove(key) {
    this.memory.delete(key);
    if (this.storage) this.storage.removeItem(PREFIX + key);
  }

  // A list has a key for each of its values: two open tabs that add at the same time lose nothing.
  add(list, id, value) {
    this.latest = Math.max(Date.now(), this.latest + 1);
    this.set(list + "." + id, { ...value, at: this.latest });
  }

  list(list) {
    const values = this.keys().filter((key) => key.startsWith(list + ".")).map((key) => this.get(key, null));
    return values.filter(Boolean).sort((one, other) => one.at - other.at);
  }

  clear() {
    this.keys().forEach((key) => this.remove(key));
  }

  keys() {
    const kept = Object.keys(this.storage || {}).filter((key) => key.startsWith(PREFIX));
    return Array.from(new Set([...kept.map((key) => key.slice(PREFIX.length)), ...this.memory.keys()]));
  }

  owns(key) {
    return key === null || key.startsWith(PREFIX);
  }

  read(key) {
    return this.storage ? this.storage.getItem(PREFIX + key) : null;
  }
}

export function phoneStorage() {
  try {
    return window.localStorage;
  } catch (error) {
    console.warn("no storage on this phone", error);
    return null;
  }
}

// crypto.randomUUID is missing on older phones and on plain http.
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
