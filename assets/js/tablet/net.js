// Requests, and what the last one taught. Whether there is a network is known
// only from that: navigator.onLine says yes in front of a dead line.
import * as db from "./db.js";

/** @typedef {"unknown"|"ok"|"offline"|"server"|"signin"} LinkState */

/** @type {{state: LinkState, at: number}} */
export const link = { state: "unknown", at: 0 };

/** @type {Set<() => void>} */
const listeners = new Set();
/** @param {() => void} f */
export const onLink = (f) => listeners.add(f);

/** @param {LinkState} state */
export function report(state) {
  link.state = state;
  link.at = Date.now();
  for (const f of listeners) f();
}

/** An answer that is no success. */
export class Refusal extends Error {
  /** @param {number} status @param {any} problem RFC 9457, when there is one */
  constructor(status, problem) {
    super(problem?.detail || problem?.title || "HTTP " + status);
    this.status = status;
    this.problem = problem;
  }
}

/** The line gave no answer. */
export class Offline extends Error {}

/**
 * One request to this site's API. Throws {@link Offline} or {@link Refusal}.
 * @param {string} path under /api/v1/tablet
 * @param {RequestInit & {ticket?: string, quiet?: number[]}} [o] ticket pushes without the session; quiet lists statuses that are answers
 */
export async function call(path, o = {}) {
  const { ticket, quiet = [], ...rest } = o;
  const headers = new Headers(rest.headers);
  if (ticket) headers.set("Authorization", "Bearer " + ticket);
  let r;
  try {
    r = await fetch("/api/v1/tablet" + path, { cache: "no-store", credentials: ticket ? "omit" : "same-origin", signal: AbortSignal.timeout(30000), redirect: "error", ...rest, headers });
  } catch {
    report("offline");
    throw new Offline(path);
  }
  await heard(r.headers.get("Date"));
  if (r.ok || quiet.includes(r.status)) {
    report("ok");
    return r;
  }
  report(r.status === 401 ? "signin" : r.status >= 500 || r.status === 429 ? "server" : "ok");
  throw new Refusal(r.status, await r.json().catch(() => null));
}

/** JSON of an answer; a body cut off counts as no answer. */
export async function json(r) {
  try {
    return await r.json();
  } catch {
    report("offline");
    throw new Offline("body");
  }
}

// The server's clock, as of the last answer: ms that this device is ahead.
let offset = { skew: 0, at: 0 };

/** @param {string|null} date header or RFC 3339 */
export async function heard(date) {
  const server = Date.parse(date ?? "");
  if (Number.isNaN(server)) return;
  const now = Date.now(), before = offset;
  offset = { skew: now - server, at: now };
  // Whole seconds of the header: smaller changes are no news worth a write.
  if (Math.abs(before.skew - offset.skew) > 2000 || now - before.at > 60000) await db.put("meta", { ...offset }, "time").catch(() => {});
}

/** Reads what an earlier run heard. */
export async function recall() {
  if (!offset.at) offset = (await db.get("meta", "time")) ?? offset;
}

/** How far this device's clock is ahead of the server's, ms; 0 until known. */
export const skew = () => offset.skew;
/** The server's time as well as this device knows it, ms. */
export const serverNow = () => Date.now() - offset.skew;
/** When the server was last heard, by this device's clock; 0 for never. */
export const lastHeard = () => offset.at;
