// What every screen shows: who works, how the line is, what waits, what was
// saved last. Screens listen to changes by name.
import * as db from "./db.js";
import { photosWait } from "./network.js";

/**
 * @typedef {{id: string, name: string, device: string, keys: import("./vault.js").Keys}} Session
 */

export const state = {
  /** @type {Session|null} */ session: null,
  queue: { items: 0, photos: 0, parked: 0, held: 0, stuck: 0, why: "" }, // stuck: of people whose ticket ran out; why photos wait, see network.js
  /** @type {{at: number}|{error: string}|null} the last write of an answer */ saved: null,
  writing: 0, // writes under way
  sending: false,
  retryAt: 0, // when the next attempt is made, ms
  /** @type {ServiceWorker|null} a newer version that waits */ update: null,
  /** @type {{id: string, name: string}|null} whom the site's session belongs to, when it is somebody else */ other: null,
};

/** @type {Map<string, Set<(detail?: any) => void>>} */
const listeners = new Map();

/** @param {string} name @param {(detail?: any) => void} f @returns {() => void} stops it */
export function on(name, f) {
  if (!listeners.has(name)) listeners.set(name, new Set());
  listeners.get(name).add(f);
  return () => listeners.get(name).delete(f);
}

/** @param {string} name @param {any} [detail] */
export function emit(name, detail) {
  for (const f of listeners.get(name) ?? []) f(detail);
}

/** Notes words that are typed and not yet handed to the disk. @param {1|-1} n */
export function pending(n) {
  state.writing += n;
  emit("saving");
}

/** Counts what waits, of everybody on this tablet. */
export async function countQueue() {
  const q = { items: 0, photos: 0, parked: 0, held: 0, stuck: 0, why: await photosWait() };
  const refused = new Set((await db.all("accounts")).filter((a) => a.refused).map((a) => a.id));
  for (const item of await db.all("outbox")) {
    q[item.state === "wait" ? "items" : item.state]++;
    if (item.state === "wait" && refused.has(item.account)) q.stuck++;
  }
  q.photos = await db.count("photos", "state", "wait");
  q.parked += await db.count("photos", "state", "parked");
  state.queue = q;
  emit("queue");
}
