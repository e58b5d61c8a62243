// What the worker said and the server has not confirmed, in order, and the lanes that carry it away.
export class Queue {
  constructor(store) {
    this.store = store;
  }

  items() {
    return this.store.list("queue");
  }

  add(item) {
    this.store.add("queue", item.id, item);
  }

  drop(id) {
    this.store.remove("queue." + id);
  }

  has(id) {
    return this.store.get("queue." + id, null) !== null;
  }
}

// One item at a time leaves, so the server sees them in the order they were said;
// the next one waits until the first is taken, refused, or put off.
export class Lane {
  constructor(queue, { carries, deliver, patience, onSilence }) {
    Object.assign(this, { queue, carries, deliver, patience, onSilence });
    this.current = null;
    this.timer = 0;
    this.held = false;
  }

  flush() {
    if (this.current || this.held) return;
    const item = this.queue.items().find(this.carries);
    if (!item || !this.deliver(item)) return;
    this.current = item.id;
    this.timer = setTimeout(() => this.onSilence(item), this.patience);
  }

  settle(id) {
    this.queue.drop(id);
    if (this.current === id) this.release();
    this.flush();
  }

  // Nothing is under way any more: the connection went, or another tab did the work.
  release() {
    clearTimeout(this.timer);
    this.current = null;
    this.held = false;
  }

  hold(seconds) {
    this.release();
    this.held = true;
    this.timer = setTimeout(() => {
      this.release();
      this.flush();
    }, seconds * 1000);
  }

  sync() {
    if (this.current && !this.queue.has(this.current)) this.release();
    this.flush();
  }
}
