// What this phone keeps: small JSON values in localStorage, or in memory where the browser allows no storage.
const PREFIX = "chat.";

export class Store {
  constructor(storage) {
    this.storage = storage;
    this.memory = new Map();
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

  clear() {
    this.memory.clear();
    const keys = Object.keys(this.storage || {}).filter((key) => key.startsWith(PREFIX));
    keys.forEach((key) => this.storage.removeItem(key));
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
