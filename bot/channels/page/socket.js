// The line to the server: one WebSocket, opened again with back-off and jitter whenever it goes.
const PING_EVERY = 25000;
const PONG_WITHIN = 10000;
const OPEN_WITHIN = 20000;
const FIRST_DELAY = 500;
const LONGEST_DELAY = 30000;
const NO_IDENTITY = 4401;
const UNOPENED_BEFORE_IDENTITY = 3;

export class Socket {
  constructor({ url, hello, renewIdentity, onFrame, onState }) {
    Object.assign(this, { url, hello, renewIdentity, onFrame, onState });
    this.line = null;
    this.ready = false;
    this.failures = 0;
    this.unopened = 0;
    this.pause = 0;
  }

  open() {
    clearTimeout(this.retry);
    this.onState("connecting");
    const line = new WebSocket(this.url);
    this.line = line;
    this.opened = false;
    line.onopen = () => this.greet(line);
    line.onmessage = (event) => line === this.line && this.hear(event.data);
    line.onclose = (event) => line === this.line && this.lost(event.code);
    this.expectAnswer(OPEN_WITHIN);
  }

  greet(line) {
    this.opened = true;
    this.unopened = 0;
    line.send(JSON.stringify(this.hello()));
    this.pinger = setInterval(() => this.ping(), PING_EVERY);
    // A server that accepts and says nothing is as good as none.
    this.expectAnswer(PONG_WITHIN);
  }

  hear(data) {
    clearTimeout(this.silence);
    const frame = JSON.parse(data);
    if (frame.type === "welcome") {
      this.ready = true;
      this.failures = 0;
      this.pause = 0;
      this.onState("open");
    }
    // Said before a welcome, it means the whole line: too many newcomers at once.
    if (frame.type === "wait" && !this.ready) this.pause = frame.seconds * 1000;
    this.onFrame(frame);
  }

  send(frame) {
    if (!this.ready || this.line.readyState !== WebSocket.OPEN) return false;
    this.line.send(JSON.stringify(frame));
    return true;
  }

  ping() {
    if (this.send({ type: "ping" })) this.expectAnswer(PONG_WITHIN);
  }

  expectAnswer(within) {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.reset(), within);
  }

  // Drops a line that looks open and is dead, as after a walk out of coverage, without waiting for its close.
  reset() {
    const dead = this.line;
    if (!dead) return;
    this.line = null;
    dead.close();
    this.lost(0);
  }

  // The phone has network again or the page is looked at: try now, not when the back-off ends.
  wake() {
    if (this.ready) this.ping();
    else if (!this.line || this.line.readyState > WebSocket.OPEN) {
      this.failures = 0;
      this.open();
    }
  }

  async lost(code) {
    clearTimeout(this.silence);
    clearInterval(this.pinger);
    this.line = null;
    this.ready = false;
    this.failures += 1;
    if (!this.opened) this.unopened += 1;
    this.onState("lost");
    this.retry = setTimeout(() => this.open(), this.delay());
    // A refused handshake shows no reason to a page, so a missing cookie is one of the things to try.
    const refused = this.unopened > 0 && this.unopened % UNOPENED_BEFORE_IDENTITY === 0;
    if (code === NO_IDENTITY || refused) await this.renewIdentity();
  }

  delay() {
    const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (this.failures - 1));
    return this.pause + longest * (0.5 + Math.random() / 2);
  }
}
