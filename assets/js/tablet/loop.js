// When the queue is sent and the office is asked: after a save, when the app is
// shown again, when the system reports a network, by a timer, by the button.
// Failures wait longer each time, 5 seconds to 5 minutes, a little by chance so
// that tablets do not come back all at once.
import { renew } from "./account.js";
import * as db from "./db.js";
import { call, link, Offline, onLink, Refusal, serverNow } from "./net.js";
import { onChange } from "./network.js";
import { push } from "./push.js";
import { fetchSheets, refresh, reopenRefused } from "./refresh.js";
import { countQueue, emit, on, state } from "./state.js";

const FIRST = 5000, LONGEST = 300000;
const ASK = 60000; // how often the office is asked while the app is shown

let failures = 0, timer = 0, again = false, running = null;

function later(ms) {
  clearTimeout(timer);
  state.retryAt = Date.now() + ms;
  timer = setTimeout(() => sync(), ms);
  emit("link");
}

/** The wait after so many failures in a row, ms. @param {number} n @param {number} [chance] 0 to 1 */
export const backoff = (n, chance = Math.random()) => Math.round(Math.min(LONGEST, FIRST * 2 ** Math.max(0, n - 1)) * (0.8 + 0.4 * chance));

/**
 * Sends and asks now. A call during a run makes one more run.
 * @param {{ask?: boolean, photos?: boolean}} [o] ask the office also when nothing was to send; send photos over any network
 */
export function sync(o = {}) {
  if (o.photos) photosNow = true;
  if (running) {
    again = true;
    return running;
  }
  running = once(o).finally(() => {
    running = null;
    if (again) {
      again = false;
      if (!failures) sync();
    }
  });
  return running;
}

let photosNow = false; // said by a person, for one run

async function once({ ask = true }) {
  clearTimeout(timer);
  const photos = photosNow;
  photosNow = false;
  const began = Date.now();
  state.sending = true;
  emit("link");
  try {
    const { conflicts, busy, stopped } = await push(() => { countQueue(); emit("sent"); }, photos);
    if (state.session) await reopenRefused();
    if (state.session && (ask || conflicts || stopped || due())) {
      const b = await refresh(conflicts > 0);
      if (b) await fetchSheets(b.visits.map((v) => v.sheet_hash));
      asked = Date.now();
      await renewTicket();
    }
    if (stopped && !again) throw stopped;
    if (link.at < began) await call("/keys"); // nothing was asked: look whether the line is there
    failures = 0;
    later(busy ? FIRST : ASK);
  } catch (e) {
    if (!(e instanceof Offline || e instanceof Refusal)) console.warn("sync:", e?.message);
    failures++;
    // Signing in again is up to a person; the timer only looks whether it was done.
    later(backoff(failures));
  } finally {
    if (link.at >= began && link.state !== "offline") await tidy();
    state.sending = false;
    await countQueue();
    emit("link");
  }
}

// Who has signed in again gets a new ticket without being asked for anything.
async function renewTicket() {
  const mine = await db.get("accounts", state.session?.id ?? "");
  if (!mine?.refused || state.other) return;
  await renew(mine);
  again = true;
}

let asked = 0;
const due = () => Date.now() - asked > ASK;

let queued = 0;

/** Something was saved: send soon, unless the line is known to be dead. */
export function nudge() {
  emit("queue");
  clearTimeout(queued);
  // Not at once: reading the queue would hold up the answer that comes next.
  queued = setTimeout(() => {
    countQueue();
    wake();
    if (!failures || link.state === "ok") sync({ ask: false }); // or else the timer runs
  }, 400);
}

// Where the browser offers it, the service worker sends what is left after the
// app was closed.
async function wake() {
  try {
    const r = await navigator.serviceWorker?.ready;
    await r?.sync?.register("fangxin-queue");
  } catch { /* a bonus only */ }
}

/** Starts the triggers. */
export function start() {
  onLink(() => emit("link"));
  on("session", () => { if (state.session) sync(); });
  addEventListener("online", () => { failures = 0; sync(); });
  onChange(() => sync());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sync(); });
  navigator.serviceWorker?.addEventListener("message", (e) => { if (e.data?.kind === "pushed") { emit("sent"); sync({ ask: false }); } });
  sync();
}

let tidied = 0;

// Copies are deleted by the server's clock only, just after it was heard: a
// tablet whose own clock runs ahead would take a draft of today for an old one.
async function tidy() {
  const now = serverNow();
  if (Math.abs(now - tidied) < 3600000) return;
  tidied = now;
  await purge(now).catch((e) => console.warn("purge:", e.message));
}

/**
 * Deletes local copies a week after the server confirmed everything of them,
 * and what has been in the bin for thirty days.
 * @param {number} now the server's time, ms
 */
async function purge(now) {
  const WEEK = 7 * 86400000, MONTH = 30 * 86400000;
  for (const v of await db.all("visits")) {
    const key = [v.account, v.id];
    const waiting = (await db.count("outbox", "visit", key)) + (await db.all("photos", "visit", key)).filter((p) => p.state !== "sent").length;
    const receipts = await db.all("receipts", "visit", key);
    const last = Math.max(0, ...receipts.map((r) => Date.parse(r.at)));
    const submitted = receipts.some((r) => r.kind === "submit");
    const over = (v.finished && submitted) || v.gone;
    const sent = over && !waiting && now - Math.max(last, v.gone ?? 0) >= WEEK;
    const binned = v.bin && now - v.bin >= MONTH;
    if (!sent && !binned) continue;
    await db.run(["accounts", "visits", "answers", "photos", "blobs", "outbox"], "readwrite", async (s) => {
      s.visits.delete(key);
      const mine = await db.got(s.accounts.get(v.account));
      if (mine) s.accounts.put({ ...mine, etag: "", cursor: "" }); // a visit that is still to be made is fetched again
      s.blobs.delete(IDBKeyRange.bound([v.account, `~${v.id}/`], [v.account, `~${v.id}0`])); // recordings that were cut off
      for (const [store, index] of [["answers", "visit"], ["photos", "visit"], ["outbox", "visit"]]) {
        for (const k of await db.got(s[store].index(index).getAllKeys(key))) {
          s[store].delete(k);
          if (store === "photos") s.blobs.delete(k);
        }
      }
    });
  }
}
