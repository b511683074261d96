// What every screen shows: who works, how the line is, what waits, what was
// saved last. Screens listen to changes by name.
import * as db from "./db.js";

/**
 * @typedef {{id: string, name: string, device: string, keys: import("./vault.js").Keys}} Session
 */

export const state = {
  /** @type {Session|null} */ session: null,
  queue: { items: 0, photos: 0, parked: 0, held: 0 },
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

/** Counts what waits, of everybody on this tablet. */
export async function countQueue() {
  const q = { items: 0, photos: 0, parked: 0, held: 0 };
  for (const item of await db.all("outbox")) q[item.state === "wait" ? "items" : item.state]++;
  q.photos = await db.count("photos", "state", "wait");
  q.parked += await db.count("photos", "state", "parked");
  state.queue = q;
  emit("queue");
}
