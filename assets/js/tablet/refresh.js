// Takes over what the office changed: visits, send-backs, other inspectors'
// answers, withdrawals. What was answered here and is not yet sent always
// stays.
import * as db from "./db.js";
import * as drafts from "./drafts.js";
import { call, heard, json, serverNow } from "./net.js";
import { emit, state } from "./state.js";
import { sha256 } from "./bytes.js";

/**
 * Fetches the bundle of the unlocked person and keeps it: what has changed
 * since the last one, which the cursor names, or all of it.
 * @param {boolean} [full] all of it, even when the server says nothing changed
 * @returns {Promise<any>} the bundle, or null when nothing changed or it belongs to somebody else
 */
export async function refresh(full = false) {
  const who = state.session;
  if (!who) return null;
  const account = await db.get("accounts", who.id);
  const headers = account.etag && !full ? { "If-None-Match": account.etag } : {};
  const since = account.cursor && !full ? "?since=" + encodeURIComponent(account.cursor) : "";
  const r = await call("/bundle" + since, { headers, quiet: [304] });
  if (r.status === 304) {
    await note(who, { asked: Date.now() });
    return null;
  }
  const bundle = await json(r);
  await heard(bundle.time);
  const other = bundle.account.id !== who.id ? bundle.account : null;
  if (state.other?.id !== other?.id) {
    state.other = other;
    emit("session");
  }
  if (other || state.session?.id !== who.id) return null;
  await apply(who, bundle);
  // Only now that all of it is kept: an app that dies before asks for the same again.
  await note(who, { etag: r.headers.get("ETag"), asked: Date.now(), bundled: Date.now(), cursor: bundle.cursor ?? "" });
  emit("visits");
  return bundle;
}

const note = (who, more) => db.run(["accounts"], "readwrite", async ({ accounts }) => {
  const a = await db.got(accounts.get(who.id));
  if (a) accounts.put({ ...a, ...more });
});

// visitOf gives a visit of the bundle the names used here.
const visitOf = (v) => ({
  ...v, inspection: v.inspection ?? v.id, marks: v.marks ?? [], signatures: v.signatures ?? [], photos: v.photos ?? [],
  conflicts: (v.conflicts ?? []).map((c) => ({ id: c.id, item: c.item, versions: c.answers ?? [] })),
});

async function apply(who, bundle) {
  const listed = new Set();
  for (const v of bundle.visits.map(visitOf)) {
    listed.add(v.inspection);
    await takeAnswers(who, v);
    await drafts.keepVisit(who, v, (local) => {
      delete local.gone;
      // A visit that was sent back is open again, with signatures to be given anew.
      // Which submission came back tells it from one that this tablet has already opened again.
      if (v.state === "sent_back" && local.sentBack !== v.submitted_at) {
        const entries = new Map((v.answers ?? []).map((a) => [a.answer.item, a.entry]));
        Object.assign(local, { finished: undefined, started: undefined, signed: undefined, returned: undefined, sentBack: v.submitted_at, marked: Object.fromEntries(v.marks.map((m) => [m.item, entries.get(m.item) ?? ""])) });
      }
      if (v.closing?.cause && local.finished) Object.assign(local, { finished: undefined, returned: v.closing.cause });
      if (v.state === "on_device") local.started ??= { at: Date.now(), elsewhere: true };
    });
  }
  for (const w of bundle.withdrawn ?? []) {
    if (listed.has(w.inspection)) continue;
    await drafts.changeLocal(who, w.inspection, (l) => { l.gone ??= { reason: w.reason, cause: w.cause, at: w.at, seen: serverNow() }; });
  }
  // A visit that is no longer listed was submitted and judged, or taken away;
  // an answer that holds only changes names those.
  const closed = bundle.delta ? new Set(bundle.closed ?? []) : null;
  for (const v of await drafts.visits(who)) {
    if (closed ? !closed.has(v.inspection) : listed.has(v.inspection)) continue;
    if (v.local?.gone || v.local?.finished || v.local?.bin) continue;
    await drafts.changeLocal(who, v.inspection, (l) => { l.gone = { reason: "", at: bundle.time, seen: serverNow() }; });
  }
}

/**
 * Opens visits again whose submission the server has put aside, with the cause,
 * so that they can be put right, signed and submitted anew.
 */
export async function reopenRefused() {
  const who = state.session;
  const parked = (await db.all("outbox", "account", who.id)).filter((q) => q.kind === "submit" && q.state === "parked");
  for (const q of parked) {
    const v = await drafts.visit(who, q.inspection);
    if (v?.local?.finished?.entry !== q.id) continue;
    await drafts.changeLocal(who, q.inspection, (l) => Object.assign(l, { finished: undefined, returned: q.cause ?? "refused" }));
  }
}

// takeAnswers keeps the newest answers of the server, except on items where
// this tablet has something that is not yet sent.
async function takeAnswers(who, v) {
  const rows = await Promise.all((v.answers ?? []).map((a) => drafts.record(who, v.inspection, {
    item: a.answer.item, entry: a.entry, at: Date.parse(a.at), sent: Date.now(), author: a.by, answer: drafts.lean(a.answer),
  })));
  await db.run(["answers", "outbox"], "readwrite", async (s) => {
    const queued = await db.got(s.outbox.index("visit").getAll([who.id, v.inspection]));
    const mine = new Set(queued.filter((q) => q.kind === "answer" || q.kind === "resolve").map((q) => q.item));
    for (const row of rows) if (!mine.has(row.item)) s.answers.put(row);
  });
  drafts.forget();
}

/** Sheets that visits need and the tablet lacks. Each is checked by its hash. */
export async function fetchSheets(hashes) {
  for (const hash of new Set(hashes)) {
    if (await db.get("sheets", hash)) continue;
    const r = await call("/sheets/" + hash);
    const bytes = await r.arrayBuffer();
    if ((await sha256(bytes)) !== hash) throw new Error("sheet " + hash);
    await db.put("sheets", { hash, bytes: new Uint8Array(bytes) });
  }
}

/** A sheet of this tablet, or null. */
export async function sheet(hash) {
  const r = await db.get("sheets", hash);
  return r ? JSON.parse(new TextDecoder().decode(r.bytes)) : null;
}

/** The division map, fetched when it changed. */
export async function fetchDivisions() {
  const have = await db.get("meta", "divisions");
  const r = await call("/divisions", { headers: have?.etag ? { "If-None-Match": have.etag } : {}, quiet: [304] });
  if (r.status === 304) return;
  await db.put("meta", { etag: r.headers.get("ETag"), at: Date.now(), ...(await json(r)) }, "divisions");
}

