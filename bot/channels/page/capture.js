// The microphone and the photo as the phone gives them, made small enough for a weak network.
const LONGEST_SECONDS = 120;
const VOICE_BITS = 24000;
const PHOTO_SIDE = 1600;
const PHOTO_QUALITY = 0.8;
const FORMATS = [["audio/webm;codecs=opus", "webm"], ["audio/ogg;codecs=opus", "ogg"], ["audio/mp4", "m4a"]];

export function canRecord() {
  return Boolean(window.MediaRecorder && navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
}

export class Recording {
  // Rejects when the worker or the phone does not allow the microphone.
  static async start(onSecond) {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    return new Recording(stream, onSecond);
  }

  constructor(stream, onSecond) {
    const [mimeType, ending] = FORMATS.find(([type]) => MediaRecorder.isTypeSupported(type)) || ["", "webm"];
    this.stream = stream;
    this.name = "voice." + ending;
    this.seconds = 0;
    this.recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: VOICE_BITS });
    this.done = this.collect();
    this.recorder.start();
    this.clock = setInterval(() => this.tick(onSecond), 1000);
  }

  collect() {
    const parts = [];
    return new Promise((resolve) => {
      this.recorder.ondataavailable = (event) => parts.push(event.data);
      this.recorder.onstop = () => resolve(new Blob(parts, { type: this.recorder.mimeType.split(";")[0] }));
    });
  }

  tick(onSecond) {
    this.seconds += 1;
    onSecond(this.seconds);
    if (this.seconds >= LONGEST_SECONDS) this.stop();
  }

  // Resolves to the sound; the microphone is let go at once.
  stop() {
    clearInterval(this.clock);
    if (this.recorder.state !== "inactive") this.recorder.stop();
    this.stream.getTracks().forEach((track) => track.stop());
    return this.done;
  }
}

// A picture the browser cannot draw (some phones' own formats) goes as it is.
export async function shrink(file) {
  if (!window.createImageBitmap) return file;
  try {
    return await redraw(await createImageBitmap(file), file);
  } catch (error) {
    console.warn("photo sent as it is", error);
    return file;
  }
}

function redraw(picture, file) {
  const scale = Math.min(1, PHOTO_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => {
    canvas.toBlob((small) => resolve(small && small.size < file.size ? small : file), "image/jpeg", PHOTO_QUALITY);
  });
}
