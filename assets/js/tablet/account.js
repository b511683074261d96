// Who works on this tablet. A person is enrolled once with a network; after
// that the PIN opens the person's drafts anywhere. Nobody's drafts open with
// somebody else's PIN.
import { uuid } from "./bytes.js";
import * as db from "./db.js";
import { merged } from "./keys.js";
import { call, heard, json } from "./net.js";
import { emit, state } from "./state.js";
import * as vault from "./vault.js";

/** A PIN has at least six digits. */
export const PIN = /^\d{6,12}$/;

/** Everybody enrolled here, without anything secret. */
export const people = () => db.all("accounts");

/** Whom the site's session belongs to; throws when there is none. */
export async function signedIn() {
  const b = await json(await call("/bundle"));
  return b.account;
}

const deviceName = () => {
  const ua = navigator.userAgent;
  const kind = /iPad/.test(ua) ? "iPad" : /Android/.test(ua) ? "Android" : /HarmonyOS/.test(ua) ? "HarmonyOS" : /Windows/.test(ua) ? "Windows" : /Mac/.test(ua) ? "Mac" : "Linux";
  return kind + " " + Math.max(screen.width, screen.height) + "×" + Math.min(screen.width, screen.height);
};

// deviceID names this tablet; it is made once.
async function deviceID() {
  const id = (await db.get("meta", "device")) ?? uuid();
  await db.put("meta", id, "device");
  return id;
}

// ticket enrols this tablet for the person of the session and gives what is
// kept of the answer.
async function ticket(device) {
  const d = await json(await call("/devices", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ id: device, name: deviceName() }) }));
  await heard(d.time);
  const before = await db.get("meta", "keys");
  await db.put("meta", merged(before, d.keys), "keys");
  return { ticket: d.ticket, expires: d.expires_at, refused: false };
}

/** Enrols the person of the session under a new PIN and opens the person's store. */
export async function enrol(account, pin) {
  const device = await deviceID();
  const t = await ticket(device);
  const { lock, keys } = await vault.create(pin);
  await db.put("accounts", { id: account.id, name: account.name, device, ...lock, ...t, enrolled: Date.now(), misses: 0, until: 0 });
  begin({ id: account.id, name: account.name, device, keys });
}

/** A new ticket after the session was renewed; the queue stays as it is. */
export async function renew(account) {
  const a = await db.get("accounts", account.id);
  if (!a) return;
  const t = await ticket(a.device);
  await db.run(["accounts"], "readwrite", async ({ accounts }) => { accounts.put({ ...(await db.got(accounts.get(a.id))), ...t, name: account.name }); });
}

/**
 * Opens a person's store. Five wrong PINs cost a wait that doubles.
 * @returns {Promise<{ok: true}|{ok: false, wait: number, left: number}>}
 */
export async function unlock(id, pin) {
  const a = await db.get("accounts", id);
  if (a.until > Date.now()) return { ok: false, wait: a.until - Date.now(), left: 0 };
  const keys = await vault.unlock(a, pin);
  if (!keys) {
    a.misses = (a.misses ?? 0) + 1;
    if (a.misses >= 5) a.until = Date.now() + 30000 * 2 ** Math.min(a.misses - 5, 8);
    await db.put("accounts", a);
    return { ok: false, wait: Math.max(0, a.until - Date.now()), left: Math.max(0, 5 - a.misses) };
  }
  if (a.misses) await db.put("accounts", { ...a, misses: 0, until: 0 });
  begin({ id: a.id, name: a.name, device: a.device, keys });
  return { ok: true };
}

function begin(session) {
  state.session = session;
  emit("session");
}

/** Hands the tablet over: the key leaves the memory, the queue keeps sending. */
export function lock() {
  state.session = null;
  emit("session");
}
