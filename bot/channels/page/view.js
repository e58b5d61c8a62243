// The frame around the talk: words of the page in the worker's language, the status line, the toast, the draft.
const QUIET = 1200;
const GOOD_NEWS = 2500;
const TOAST = 2500;
const TALLEST_DRAFT = 120;

export class View {
  constructor({ strings, lang, pick }) {
    Object.assign(this, { strings, lang, pick });
    this.connected = false;
    this.greeted = false;
    this.ask = null;
  }

  say(key) {
    return this.strings[this.lang][key];
  }

  speak(lang) {
    this.lang = lang;
    document.documentElement.lang = lang;
    document.title = this.say("title");
    document.querySelectorAll("[data-say]").forEach((node) => { node.textContent = this.say(node.dataset.say); });
    document.querySelectorAll("[data-label]").forEach((node) => {
      node.setAttribute("aria-label", this.say(node.dataset.label));
    });
    this.expect(this.ask);
    this.showNewer(false);
    if (this.pick("status").textContent) this.tellState();
  }

  // A short break says nothing; only one that lasts is worth a worker's worry.
  state(state) {
    const open = state === "open";
    if (open === this.connected && !open) return;
    this.connected = open;
    clearTimeout(this.quiet);
    if (open) this.welcomeBack();
    else this.quiet = setTimeout(() => this.tellState(), navigator.onLine ? QUIET : 0);
  }

  begin() {
    this.quiet = setTimeout(() => this.tellState(), QUIET);
  }

  tellState() {
    const key = !navigator.onLine ? "offline" : this.greeted ? "reconnecting" : "connecting";
    this.status(this.connected ? "" : this.say(key), navigator.onLine ? "trying" : "offline");
  }

  welcomeBack() {
    this.greeted = true;
    if (!this.pick("status").textContent) return;
    this.status(this.say("online"), "good");
    this.quiet = setTimeout(() => this.status("", ""), GOOD_NEWS);
  }

  status(text, mood) {
    const line = this.pick("status");
    line.textContent = text;
    line.className = mood;
  }

  toast(text) {
    const box = this.pick("toast");
    clearTimeout(this.fading);
    box.textContent = text;
    this.fading = setTimeout(() => { box.textContent = ""; }, TOAST);
  }

  // What kind of answer is awaited decides which keys the phone shows.
  expect(ask) {
    this.ask = ask;
    const draft = this.pick("draft");
    draft.inputMode = { phone: "tel", number: "numeric" }[ask] || "text";
    draft.placeholder = this.say({ phone: "hint_phone", number: "hint_number" }[ask] || "input_hint");
  }

  fitDraft(recordable) {
    const draft = this.pick("draft");
    const typed = draft.value.trim() !== "";
    draft.style.height = "auto";
    draft.style.height = Math.min(draft.scrollHeight + 2, TALLEST_DRAFT) + "px";
    this.pick("voice").hidden = typed || !recordable;
    this.pick("send").hidden = !typed && recordable;
  }

  showNewer(word) {
    const pill = this.pick("newer");
    pill.hidden = !word;
    if (!word) return;
    const label = pill.querySelector("span");
    label.textContent = this.say(word);
    // beside the buttons, a bare arrow: it must not cover what they say
    const beside = word === "more_below";
    pill.classList.toggle("beside", beside);
    label.classList.toggle("sr", beside);
  }

  recording(shown, seconds) {
    this.pick("recorder").hidden = !shown;
    this.pick("composer").hidden = shown;
    const time = Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
    this.pick("record-time").textContent = time;
  }
}
