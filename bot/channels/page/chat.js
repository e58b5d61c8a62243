// The web chat: joins what the phone keeps, the line to the server, and the screen.
import { Blobs, upload } from "./upload.js";
import { Bubbles, bareLabel } from "./bubbles.js";
import { Lane, Queue } from "./queue.js";
import { Recording, canRecord, shrink } from "./capture.js";
import { Socket } from "./socket.js";
import { Store, phoneStorage, uuid } from "./store.js";
import { Transcript, openQuestion } from "./transcript.js";
import { View } from "./view.js";

const ANSWER_WITHIN = 20000;
const UPLOAD_WITHIN = 180000;
const LARGEST_FILE = 5_000_000;
const SOURCE = /^[\w-]{1,64}$/;

const pick = (id) => document.getElementById(id);
const page = JSON.parse(pick("page-data").textContent);
const store = new Store(phoneStorage());
const transcript = new Transcript(store);
const queue = new Queue(store);
const blobs = new Blobs();
const view = new View({ strings: page.strings, lang: knownLanguage(store.get("lang", page.lang)), pick });
const bubbles = new Bubbles({
  log: pick("log"),
  empty: pick("empty"),
  say: (key) => view.say(key),
  onTap: tap,
  onAway: (word) => view.showNewer(word),
});
const socket = new Socket({
  url: location.origin.replace(/^http/, "ws") + "/chat/ws",
  hello: () => ({ type: "hello", after: transcript.last(), lang: navigator.language, source: store.get("source", null) }),
  renewIdentity,
  onFrame: (frame) => frames[frame.type] && frames[frame.type](frame),
  onState: changed,
});
const talk = new Lane(queue, {
  carries: (item) => item.type !== "upload",
  deliver: ({ at, ...frame }) => socket.send(frame),
  patience: ANSWER_WITHIN,
  onSilence: () => socket.reset(),
});
const files = new Lane(queue, {
  carries: (item) => item.type === "upload",
  deliver: sendFile,
  patience: UPLOAD_WITHIN,
  onSilence: () => files.hold(1),
});
let recording = null;

const frames = {
  welcome({ lang }) {
    store.set("source", null);
    learn(lang);
    talk.flush();
    files.flush();
  },
  message(frame) {
    if (transcript.receive(frame)) show();
    socket.send({ type: "got", up_to: transcript.last() });
  },
  taken: ({ id }) => settle(talk, id, "sent"),
  refused: ({ id, text }) => settle(talk, id, "refused", text),
  wait: ({ seconds }) => talk.hold(seconds),
  toast: ({ text }) => view.toast(text),
  lang: ({ lang }) => learn(lang),
  clear: forgetEverything,
};

function knownLanguage(lang) {
  return page.strings[lang] ? lang : "vi";
}

function learn(lang) {
  if (!page.strings[lang]) return;
  store.set("lang", lang);
  if (lang === view.lang) return;
  view.speak(lang);
  bubbles.retell(transcript.entries());
}

function show() {
  const entries = transcript.entries();
  const open = entries[openQuestion(entries)];
  bubbles.render(entries);
  view.expect(open ? open.ask : null);
}

function changed(state) {
  if (state !== "open") talk.release();
  view.state(state);
}

function settle(lane, id, state, note) {
  if (queue.has(id)) transcript.mark(id, state, note);
  lane.settle(id);
  show();
}

// Kept on the phone before it is sent: what was said survives a lost line, a closed page, an empty battery.
function say(frame, words) {
  const id = uuid();
  queue.add({ ...frame, id, seen: transcript.last() });
  transcript.say(id, words);
  show();
  talk.flush();
}

function tap(entry, choice) {
  if (transcript.isRepeat(entry.id, choice.data)) return;
  const frame = { type: "tap", data: choice.data, message: entry.id };
  say(frame, { text: bareLabel(choice.label), message: entry.id, data: choice.data });
}

function sendDraft() {
  const text = pick("draft").value.trim();
  if (!text) return;
  pick("draft").value = "";
  drafted();
  say({ type: "text", text }, { text });
}

function drafted() {
  store.set("draft", pick("draft").value);
  view.fitDraft(canRecord());
}

async function keepFile(kind, blob, name) {
  if (blob.size > LARGEST_FILE) return view.toast(view.say("too_big"));
  const id = uuid();
  await blobs.put(id, blob).catch((error) => console.warn("file kept in memory only", error));
  queue.add({ type: "upload", id, kind, name, seen: transcript.last() });
  transcript.say(id, { kind });
  show();
  files.flush();
}

function sendFile(item) {
  if (!socket.ready) return false;
  blobs.get(item.id).then((blob) => upload(item, blob)).then((outcome) => fileAnswered(item, outcome));
  return true;
}

async function fileAnswered({ id }, { taken, refused, wait, identity }) {
  if (identity) await renewIdentity();
  if (wait) return files.hold(wait);
  settle(files, id, taken ? "sent" : "refused", refused && view.say(refused));
  await blobs.drop(id);
}

// Opening the page is what gives this phone its cookie; done again when the server no longer knows it.
async function renewIdentity() {
  await fetch("/", { cache: "no-store", credentials: "same-origin" }).catch((error) => console.warn(error));
}

async function forgetEverything() {
  [talk, files].forEach((lane) => lane.release());
  pick("draft").value = "";
  drafted();
  store.clear();
  show();
  await blobs.clear();
}

async function record() {
  try {
    recording = await Recording.start((seconds) => view.recording(true, seconds));
  } catch (error) {
    console.warn("no microphone", error);
    return view.toast(view.say("no_microphone"));
  }
  view.recording(true, 0);
  return pick("record-send").focus();
}

async function endRecording(keep) {
  const ended = recording;
  if (!ended) return;
  recording = null;
  view.recording(false, 0);
  pick("voice").focus();
  const sound = await ended.stop();
  if (keep) await keepFile("voice", sound, ended.name);
}

async function photoChosen() {
  const [file] = pick("photo").files;
  if (!file) return;
  const small = await shrink(file);
  pick("photo").value = "";
  await keepFile("photo", small, small === file ? file.name : "photo.jpg");
}

function listen() {
  const on = (id, event, act) => pick(id).addEventListener(event, act);
  on("composer", "submit", (event) => { event.preventDefault(); sendDraft(); });
  on("draft", "input", drafted);
  on("draft", "keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    sendDraft();
  });
  // Keeps the phone's keyboard up between two messages.
  on("send", "mousedown", (event) => event.preventDefault());
  on("start", "click", () => say({ type: "text", text: "/start" }, { text: view.say("start") }));
  on("staff", "click", () => say({ type: "text", text: "/nguoi" }, { text: view.say("say_staff") }));
  on("language", "click", () => say({ type: "text", text: "/lang" }, { text: view.say("say_language") }));
  on("newer", "click", () => { bubbles.toEnd(); pick("log").focus(); });
  on("photo", "change", photoChosen);
  on("voice", "click", record);
  on("record-send", "click", () => endRecording(true));
  on("record-cancel", "click", () => endRecording(false));
  on("recorder", "keydown", (event) => event.key === "Escape" && endRecording(false));
  window.addEventListener("online", () => { socket.wake(); files.sync(); });
  window.addEventListener("offline", () => { socket.reset(); view.tellState(); });
  document.addEventListener("visibilitychange", () => document.hidden || socket.wake());
  window.addEventListener("storage", (event) => store.owns(event.key) && otherTab());
}

function otherTab() {
  const lang = knownLanguage(store.get("lang", view.lang));
  if (lang !== view.lang) view.speak(lang);
  show();
  talk.sync();
  files.sync();
}

function rememberSource() {
  const source = new URLSearchParams(location.search).get("s");
  if (source && SOURCE.test(source)) store.set("source", source);
  if (location.search) history.replaceState(null, "", location.pathname);
}

function start() {
  rememberSource();
  view.speak(view.lang);
  pick("draft").value = store.get("draft", "");
  view.fitDraft(canRecord());
  show();
  bubbles.toEnd();
  pick("log").setAttribute("aria-busy", "false");
  listen();
  view.begin();
  socket.open();
  if (navigator.serviceWorker) navigator.serviceWorker.register("/sw.js").catch((error) => console.warn(error));
}

start();
