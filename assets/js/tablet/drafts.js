// Visits and answers on this tablet: read and written encrypted, one
// transaction for an answer and its item of the queue.
import { encode, sha256, uuid } from "./bytes.js";
import * as db from "./db.js";
import { serverNow } from "./net.js";
import { make } from "./outbox.js";
import { emit, state } from "./state.js";
import { hide, show } from "./vault.js";

/**
 * An answer as the app holds it.
 * @typedef {{item: string, entry: string, at: number, sent?: number, author?: string, answer: any}} Held
 */

const label = (who, inspection, item = "") => `${who.id}/${inspection}/${item}`;

const visitRow = async (who, v) => ({
  account: who.id, id: v.inspection, ...(await hide(who.keys, v, label(who, v.inspection))),
  bin: v.local?.bin?.at ?? 0, finished: v.local?.finished?.at ?? 0, gone: v.local?.gone ? v.local.gone.seen ?? serverNow() : 0,
});

/**
 * Keeps what the server said about a visit together with what only the tablet
 * knows, which edit may change. It waits for whatever else is being written of
 * the visit: neither may be put back by the other.
 * @param {(local: any) => void} edit
 */
export function keepVisit(who, v, edit) {
  return inLine(v.inspection, async () => {
    const local = (await visit(who, v.inspection))?.local ?? {};
    edit(local);
    await db.put("visits", await visitRow(who, { ...v, local }));
    emit("visits");
  });
}

/** Changes what only the tablet knows; null when it has no such visit. */
export function changeLocal(who, id, edit) {
  return inLine(id, async () => {
    const v = await visit(who, id);
    if (!v) return null;
    v.local ??= {};
    edit(v.local, v);
    await db.put("visits", await visitRow(who, v));
    emit("visits");
    return v;
  });
}

/** One visit, or null. */
export async function visit(who, id) {
  const r = await db.get("visits", [who.id, id]);
  return r ? open(who, r) : null;
}

const open = (who, r) => show(who.keys, r, label(who, r.id)).catch(() => null);

/** All visits that this person's key opens. */
export async function visits(who) {
  const list = await db.all("visits", "account", who.id);
  return (await Promise.all(list.map((r) => open(who, r)))).filter(Boolean);
}

/** The answers of a visit by item. @returns {Promise<Map<string, Held>>} */
export async function answers(who, inspection) {
  const since = changes;
  const list = await db.all("answers", "visit", [who.id, inspection]);
  if (since === changes) heads.set(who.id + "/" + inspection, new Map(list.map(({ item, entry, base, sent }) => [item, { entry, base, sent }])));
  const held = await Promise.all(list.map(async (r) => {
    const answer = await show(who.keys, r, label(who, inspection, r.item)).catch(() => undefined);
    return answer && { item: r.item, entry: r.entry, at: r.at, sent: r.sent, author: r.author, answer };
  }));
  return new Map(held.filter(Boolean).map((a) => [a.item, a]));
}

// The newest entry of each item, of visits that were read: an answer is written
// without asking the disk which one it stands on. Whoever else writes answers
// says so by forget; then the disk is asked again.
/** @type {Map<string, Map<string, {entry: string, base?: string, sent?: number, seq?: number, at?: number}>>} */
const heads = new Map();
let changes = 0;

/** Says that answers were written elsewhere than here. */
export function forget() {
  changes++;
  heads.clear();
}

async function headOf(who, inspection, item) {
  const visit = heads.get(who.id + "/" + inspection);
  return visit ? visit.get(item) : db.get("answers", [who.id, inspection, item]);
}

/** An answer encrypted as its record. */
export const record = async (who, inspection, held) => ({
  account: who.id, inspection, item: held.item, entry: held.entry, at: held.at, sent: held.sent, author: held.author,
  ...(await hide(who.keys, held.answer, label(who, inspection, held.item))),
});

/** Only fields that say something, as the record of the server holds them. */
export const lean = (answer) => Object.fromEntries(Object.entries(answer).filter(([, v]) => v !== undefined && v !== null && v !== "" && !(Array.isArray(v) && !v.length)));

const COALESCE = 60000; // a note being typed is one entry, not one for each pause

/** @type {Map<string, Promise<any>>} */
const lines = new Map();

// inLine lets the writes of one visit follow each other.
function inLine(key, work) {
  const after = (lines.get(key) ?? Promise.resolve()).then(work, work);
  lines.set(key, after.catch(() => {}));
  return after;
}

/**
 * Saves one answer. Resolves after the disk has it; rejects when it has not,
 * and says so on every screen.
 * @param {import("./state.js").Session} who
 * @param {string} inspection
 * @param {any} answer checklist.Answer
 * @param {{photo?: {record: any, data: Uint8Array, payload: any}, typed?: boolean}} [more] a photo that belongs to it; typed: only words changed
 * @returns {Promise<Held>}
 */
export function saveAnswer(who, inspection, answer, more = {}) {
  state.writing++;
  emit("saving");
  return inLine(inspection, async () => {
    try {
      const held = await write(who, inspection, lean(answer), more);
      state.saved = { at: Date.now() };
      return held;
    } catch (e) {
      state.saved = { error: e?.name === "QuotaExceededError" ? "full" : String(e?.message ?? e) };
      throw e;
    } finally {
      state.writing--;
      emit("saving");
      emit("queued");
    }
  });
}

const LEFT = new Error("the entry was sent meanwhile");

async function write(who, inspection, answer, { photo, typed }) {
  const before = await headOf(who, inspection, answer.item);
  // Words still being typed replace their own entry, unless it may have left.
  let base = before?.entry ?? "", replaces = 0;
  if (typed && before && !before.sent) {
    const queued = before.seq ? { seq: before.seq, at: before.at, tries: 0 } : (await db.all("outbox", "id", before.entry))[0];
    if (queued && !queued.tries && Date.now() - queued.at < COALESCE) {
      replaces = queued.seq;
      base = before.base ?? "";
    }
  }
  const held = { item: answer.item, entry: uuid(), at: Date.now(), author: who.id, answer };
  const [image, entry, row] = await Promise.all([
    photo && make(who, { kind: "photo", inspection, item: answer.item, payload: photo.payload }),
    make(who, { kind: "answer", inspection, item: answer.item, base, payload: answer, id: held.entry }),
    record(who, inspection, held),
  ]);
  const names = ["answers", "outbox", ...(photo ? ["photos", "blobs"] : [])];
  const put = (s) => {
    s.answers.put({ ...row, base });
    if (image) s.outbox.add(image);
    s.outbox.add(entry);
    if (photo) keepPhoto(s, photo);
  };
  changes++;
  try {
    if (!replaces) await db.write(names, put);
    else await db.run(names, "readwrite", async (s) => {
      const now = db.got(s.outbox.get(replaces));
      s.outbox.delete(replaces);
      put(s);
      const q = await now;
      if (!q || q.tries) throw LEFT;
    });
  } catch (e) {
    if (e !== LEFT) throw e;
    return write(who, inspection, answer, { photo, typed: false }); // on top of the one that left
  }
  changes++;
  heads.get(who.id + "/" + inspection)?.set(answer.item, { entry: held.entry, base, seq: entry.seq, at: entry.at });
  state.queue.items += (image ? 2 : 1) - (replaces ? 1 : 0);
  return held;
}

function keepPhoto(s, photo) {
  s.photos.put(photo.record);
  s.blobs.put(photo.data, [photo.record.account, photo.record.sha]);
  if (photo.pieces) s.blobs.delete(photo.pieces); // of a recording, which is whole now
}

/**
 * Keeps steps of a visit that are no answers (start, signature, submission)
 * together with what the tablet knows of the visit, in one transaction.
 * @param {{kind: string, item?: string, payload: any, id?: string}[]} steps
 * @param {(local: any, visit: any) => void} edit @param {any} [photo] of a drawing @param {(stores: any) => void} [also]
 */
export function saveStep(who, id, steps, edit, photo, also = () => {}) {
  state.writing++;
  emit("saving");
  return inLine(id, async () => {
    try {
      const v = await visit(who, id);
      v.local ??= {};
      edit(v.local, v);
      const row = await visitRow(who, v);
      const items = [];
      for (const s of steps) items.push(await make(who, { ...s, inspection: id }));
      await db.run(["visits", "answers", "outbox", "photos", "blobs"], "readwrite", (s) => {
        s.visits.put(row);
        for (const q of items) s.outbox.add(q);
        if (photo) keepPhoto(s, photo);
        return also(s);
      });
      state.saved = { at: Date.now() };
      return v;
    } catch (e) {
      state.saved = { error: e?.name === "QuotaExceededError" ? "full" : String(e?.message ?? e) };
      throw e;
    } finally {
      state.writing--;
      emit("saving");
      emit("queued");
    }
  });
}

/** Whether an answer says nothing any more. */
export const takenBack = (answer) => Object.keys(lean(answer)).every((k) => k === "item");

/**
 * What signatures are given for: one hash of the visit, its sheet and the entry
 * that counts on each item.
 * @param {any} v visit @param {Map<string, Held>} held
 */
export async function contentHash(v, held) {
  const lines = ["fangxin content 1", v.inspection, v.sheet_hash];
  for (const id of [...held.keys()].sort()) if (!takenBack(held.get(id).answer)) lines.push(id + " " + held.get(id).entry);
  return sha256(encode(lines.map((l) => l + "\n").join("")));
}

/**
 * The lead's choice between two versions. It counts as a new entry of the item
 * with the content of the version kept.
 */
export async function resolve(who, inspection, conflict, version) {
  const id = uuid();
  const held = { item: conflict.item, entry: id, at: Date.now(), author: who.id, answer: lean(version.answer) };
  const row = { ...(await record(who, inspection, held)), base: version.entry };
  await saveStep(who, inspection, [{ kind: "resolve", item: conflict.item, id, payload: { item: conflict.item, keep: version.entry } }],
    (l, v) => { v.conflicts = v.conflicts.filter((c) => c.id !== conflict.id); }, undefined, (s) => s.answers.put(row));
  forget();
  emit("visits");
}

/** Puts a draft into the bin for 30 days. What it had to send waits there with it. */
export async function discard(who, id, reason) {
  await saveStep(who, id, [], (l) => { l.bin = { at: serverNow(), reason }; }, undefined, (s) => hold(s.outbox, [who.id, id], "wait", "held"));
  emit("visits");
}

/** Takes it out again; what was held is sent. */
export async function restore(who, id) {
  await saveStep(who, id, [], (l) => { delete l.bin; }, undefined, (s) => hold(s.outbox, [who.id, id], "held", "wait"));
  emit("visits");
}

async function hold(outbox, key, from, to) {
  for (const q of await db.got(outbox.index("visit").getAll(key))) {
    if (q.state !== from) continue;
    q.state = to;
    outbox.put(q);
  }
}
