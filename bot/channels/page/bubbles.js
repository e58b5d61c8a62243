// The transcript on the screen: one row an entry, built once and then only dressed anew.
import { keyOf, openQuestion, pressedChoices } from "./transcript.js";
import { languageOf, link, safeUrl, words } from "./text.js";

const NUMBERED = /^\s*([0-9០-៩]{1,2})[.)]\s+/;
const SHORT_LABEL = 11;
const AT_END = 60;

export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", "#i-" + name);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

export function bareLabel(label) {
  return label.replace(NUMBERED, "");
}

export class Bubbles {
  constructor({ log, empty, say, onTap, onAway }) {
    Object.assign(this, { log, empty, say, onTap, onAway });
    this.rows = new Map();
    this.pinned = true;
    log.addEventListener("scroll", () => this.scrolled(), { passive: true });
    if (window.ResizeObserver) new ResizeObserver(() => this.pinned && this.toEnd()).observe(log);
  }

  render(entries) {
    const open = openQuestion(entries);
    const pressed = pressedChoices(entries);
    this.pinned = this.atEnd();
    const wanted = new Set(entries.map(keyOf));
    for (const [key, row] of this.rows) if (!wanted.has(key)) this.forget(key, row);
    let fresh = null;
    entries.forEach((entry, index) => {
      const known = this.rows.get(keyOf(entry));
      const row = known || this.build(entry);
      if (!known) fresh = fresh || row;
      this.dress(row, entry, index === open, pressed.get(entry.id));
    });
    this.empty.hidden = entries.length > 0;
    if (fresh) this.follow(fresh, entries[entries.length - 1].from === "worker");
  }

  // Words of the page itself changed language: everything is dressed again, the talk stays as it was said.
  retell(entries) {
    const reading = this.log.contains(document.activeElement);
    this.rows.forEach((row, key) => this.forget(key, row));
    this.render(entries);
    this.toEnd();
    if (reading) this.log.focus();
  }

  forget(key, row) {
    row.remove();
    this.rows.delete(key);
  }

  build(entry) {
    const speaker = element("span", "sr", this.say(entry.from === "worker" ? "from_you" : "from_office"), ": ");
    const bubble = element("div", "bubble", speaker);
    const row = element("div", "row " + entry.from, bubble);
    if (entry.from === "worker") this.buildWords(entry, bubble);
    else this.buildMessage(entry, bubble, row);
    this.rows.set(keyOf(entry), row);
    this.log.append(row);
    return row;
  }

  buildWords(entry, bubble) {
    if (entry.kind) bubble.append(element("p", "text", icon(entry.kind), this.say(entry.kind + "_sent")));
    else bubble.append(paragraph(entry.text));
    bubble.append(element("p", "state"));
  }

  buildMessage(entry, bubble, row) {
    if (entry.text) bubble.append(paragraph(entry.text));
    entry.media.forEach((medium) => bubble.append(this.medium(medium)));
    if (entry.choices.length === 0) return;
    const rows = entry.choices.map((choices) => this.choiceRow(entry, choices));
    row.append(element("div", "choices", ...rows));
  }

  choiceRow(entry, choices) {
    const beside = choices.length > 1 && choices.every((choice) => choice.label.length <= SHORT_LABEL);
    const buttons = choices.map((choice) => this.choice(entry, choice));
    return element("div", beside ? "choice-row beside" : "choice-row", ...buttons);
  }

  choice(entry, choice) {
    const made = choice.url ? link(choice.url, "") : element("button");
    made.className = "choice";
    made.lang = languageOf(choice.label);
    const number = choice.url ? null : NUMBERED.exec(choice.label);
    if (number) made.append(element("span", "number", number[1]));
    made.append(element("span", "label", bareLabel(choice.label)));
    if (choice.url) made.append(icon("link"));
    else this.listen(made, entry, choice);
    return made;
  }

  listen(button, entry, choice) {
    button.type = "button";
    button.dataset.data = choice.data;
    // The second click of a double click is the same wish.
    button.addEventListener("click", (event) => event.detail > 1 || this.onTap(entry, choice));
  }

  medium({ kind, url, name }) {
    const address = safeUrl(url);
    if (!address) return element("p", "text", name || this.say("file"));
    if (kind === "photo") return this.photo(address.href, name || this.say("photo_sent"));
    if (kind === "voice") return sound(address.href, name || this.say("voice_sent"));
    const anchor = link(url, name || this.say("file"));
    anchor.className = "file";
    anchor.prepend(icon("file"));
    return anchor;
  }

  photo(address, name) {
    const image = element("img", "photo");
    image.addEventListener("load", () => this.pinned && this.toEnd());
    Object.assign(image, { src: address, alt: name });
    return image;
  }

  dress(row, entry, open, pressed) {
    if (entry.from === "worker") this.dressWords(row, entry);
    else row.querySelectorAll("button.choice").forEach((button) => this.dressChoice(button, pressed));
    row.classList.toggle("past", entry.from === "office" && !open);
  }

  dressWords(row, { state, note }) {
    if (row.dataset.state === state) return;
    row.dataset.state = state;
    const line = row.querySelector(".state");
    line.textContent = "";
    line.append(icon(state), element("span", "", note || this.say(state)));
  }

  dressChoice(button, pressed) {
    const chosen = button.dataset.data === pressed;
    if (button.classList.contains("chosen") === chosen) return;
    button.classList.toggle("chosen", chosen);
    if (chosen) button.append(element("span", "mark", icon("sent"), element("span", "sr", " ", this.say("chosen"))));
    else button.querySelector(".mark").remove();
  }

  scrolled() {
    this.pinned = this.atEnd();
    if (this.pinned) this.onAway("");
  }

  atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < AT_END;
  }

  // A message longer than the screen is shown from its beginning, and a pill says that its buttons are below.
  follow(row, own) {
    if (!this.pinned && !own) return this.onAway("new_message");
    const end = this.log.scrollHeight - this.log.clientHeight;
    this.log.scrollTop = own ? end : Math.min(end, row.offsetTop - 8);
    if (!this.atEnd()) this.onAway("more_below");
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }
}

function paragraph(text) {
  const made = element("p", "text", words(text));
  made.lang = languageOf(text);
  return made;
}

function sound(address, name) {
  const player = element("audio", "sound");
  Object.assign(player, { src: address, controls: true, preload: "none" });
  player.setAttribute("aria-label", name);
  return player;
}
