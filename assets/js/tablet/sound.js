// One recording at a time. While it runs, every few seconds of it are on the
// disk, encrypted: a tablet that dies keeps what was recorded until then.
import { join } from "./bytes.js";
import * as db from "./db.js";
import { prepare } from "./photo.js";
import { emit } from "./state.js";
import { hidePhoto, showPhoto } from "./vault.js";

const PIECE = 5000; // ms of sound in a piece
const RATE = 24000; // bits a second: speech stays plain, twenty minutes are 3.6 MB

/** The longest and the largest recording, as the program says. */
export const limits = () => ({ seconds: Number(document.body.dataset.recordSeconds), bytes: Number(document.body.dataset.recordBytes) });

/** @type {{inspection: string, item: string, since: number, stop: () => Promise<any>}|null} */
export let running = null;

const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

/** Whether this browser can record at all. */
export const able = () => Boolean(self.MediaRecorder && navigator.mediaDevices?.getUserMedia);

const place = (inspection, item) => "~" + inspection + "/" + item;
const range = (who, inspection, item) => IDBKeyRange.bound([who.id, place(inspection, item)], [who.id, place(inspection, item), []]);

/**
 * Starts a recording. It ends by {@link running}.stop, at a limit, or when the
 * microphone goes away; then done gets it, ready to be kept with an answer.
 * @param {import("./state.js").Session} who
 * @param {(photo: any) => Promise<any>} done
 */
export async function record(who, inspection, item, done) {
  await running?.stop();
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const mimeType = KINDS.find((k) => MediaRecorder.isTypeSupported(k));
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: RATE });
  const { seconds, bytes } = limits();
  const began = Date.now();
  let n = 0, size = 0, writes = Promise.resolve(), failed = null;
  const ended = new Promise((end) => { recorder.onstop = end; });
  recorder.ondataavailable = (e) => {
    if (!e.data.size || failed) return;
    const at = n++;
    size += e.data.size;
    writes = writes.then(async () => put(who, inspection, item, began, at, await e.data.arrayBuffer())).catch((why) => { failed ??= why; stop().catch(() => {}); });
    if (size + RATE / 8 * (PIECE / 1000) > bytes) stop().catch(() => {});
  };
  let stopping = null;
  const stop = () => (stopping ??= (async () => {
    clearTimeout(timer);
    if (recorder.state !== "inactive") recorder.stop();
    await ended;
    for (const track of stream.getTracks()) track.stop();
    await writes;
    running = null;
    emit("recording");
    const whole = await left(who, inspection, item);
    if (whole) await done(whole);
    if (failed) throw failed;
  })());
  const timer = setTimeout(() => stop().catch(() => {}), seconds * 1000);
  stream.getAudioTracks()[0].onended = () => stop().catch(() => {});
  recorder.start(PIECE);
  running = { inspection, item, since: began, stop };
  emit("recording");
}

async function put(who, inspection, item, began, n, plain) {
  const { data } = await hidePhoto(who.keys, plain, `${place(inspection, item)} ${began} ${n}`);
  await db.put("blobs", { began, n, data }, [who.id, place(inspection, item), began, n]);
}

/**
 * What the disk has of a recording that was not yet kept with its answer, as
 * one file; null when there is nothing. Keeping it deletes the pieces.
 */
export async function left(who, inspection, item) {
  const pieces = range(who, inspection, item);
  const all = await db.all("blobs", undefined, pieces);
  if (!all.length) return null;
  const first = all.filter((p) => p.began === all[0].began);
  const plain = await Promise.all(first.map((p) => showPhoto(who.keys, p.data, `${place(inspection, item)} ${p.began} ${p.n}`)));
  const photo = await prepare(who, inspection, item, join(...plain).buffer);
  return { ...photo, pieces: IDBKeyRange.bound([who.id, place(inspection, item), all[0].began], [who.id, place(inspection, item), all[0].began, []]) };
}
