// The last hundred things said, by both sides, as this phone has them.
const KEPT = 100;

export class Transcript {
  constructor(store) {
    this.store = store;
  }

  entries() {
    return this.store.list("log");
  }

  last() {
    return this.store.get("last", 0);
  }

  // Returns false when the phone already has this message.
  receive(message) {
    const entries = this.entries();
    const ids = entries.filter((entry) => entry.from === "office").map((entry) => entry.id);
    const forgotten = entries.length >= KEPT && ids.length > 0 && message.id < ids[0];
    if (forgotten || ids.includes(message.id)) return false;
    const { id, text, choices, ask, media } = message;
    this.keep({ from: "office", id, text, choices: choices || [], ask, media: media || [] });
    this.store.set("last", Math.max(this.last(), id));
    return true;
  }

  say(id, words) {
    this.keep({ from: "worker", id, state: "waiting", ...words });
  }

  mark(id, state, note) {
    const key = "log.worker:" + id;
    const entry = this.store.get(key, null);
    if (entry) this.store.set(key, { ...entry, state, note });
  }

  // The same choice pressed again before anything was answered: an impatient finger, not a second wish.
  isRepeat(message, data) {
    const last = this.entries().pop();
    return Boolean(last) && last.state !== "refused" && last.message === message && last.data === data;
  }

  keep(entry) {
    this.store.add("log", keyOf(entry), entry);
    this.entries().slice(0, -KEPT).forEach((old) => this.store.remove("log." + keyOf(old)));
  }
}

export function keyOf(entry) {
  return entry.from + ":" + entry.id;
}

// The index of the message whose question is still open, or -1.
export function openQuestion(entries) {
  for (let index = entries.length - 1; index >= 0; index -= 1) {
    const entry = entries[index];
    if (entry.from === "worker" && entry.state !== "refused") return -1;
    if (entry.from === "office" && (entry.ask || entry.choices.length > 0)) return index;
  }
  return -1;
}

// What was pressed: message id -> data of its last choice that was not refused.
export function pressedChoices(entries) {
  const taps = entries.filter((entry) => entry.message !== undefined && entry.state !== "refused");
  return new Map(taps.map((entry) => [entry.message, entry.data]));
}
