// "Prepare for tomorrow": fetches everything, then says from what is on the
// device, and from nothing else, whether a day without a network can begin.
import * as account from "./account.js";
import * as db from "./db.js";
import * as drafts from "./drafts.js";
import { merged } from "./keys.js";
import { call, heard, json } from "./net.js";
import { fetchDivisions, fetchSheets, refresh } from "./refresh.js";
import { state } from "./state.js";
import { fetchStatus, parse } from "./status.js";
import { missingFiles } from "./worker.js";

/** Less free space than this is not enough for a day's photos. */
export const ROOM = 200e6;

/**
 * One thing a day offline needs.
 * @typedef {{id: string, ok: boolean, args?: any[], detail?: string}} Need
 */

/** Looks at the device only. @returns {Promise<Need[]>} */
export async function needs() {
  const who = state.session;
  const [files, mine, keys, divisions, status, persisted, room] = await Promise.all([
    missingFiles(), db.get("accounts", who.id), db.get("meta", "keys"), db.get("meta", "divisions"), db.get("meta", "status"),
    navigator.storage.persisted?.() ?? false, navigator.storage.estimate(),
  ]);
  const visits = (await drafts.visits(who)).filter((v) => !v.local?.gone && !v.local?.bin);
  const have = new Set((await db.all("sheets")).map((s) => s.hash));
  const without = visits.filter((v) => !have.has(v.sheet_hash));
  const reports = visits.filter((v) => v.previous && !v.previous.at);
  const list = status ? await parse(status.bytes).catch(() => null) : null;
  const free = (room.quota ?? 0) - (room.usage ?? 0);
  return [
    { id: "app", ok: Boolean(files && !files.missing.length), args: [files?.missing.length ?? 0] },
    { id: "keys", ok: Boolean(keys?.sealing && mine?.ticket && !mine.refused) },
    { id: "visits", ok: Boolean(mine?.bundled), args: [visits.length, mine?.asked ?? 0] },
    { id: "sheets", ok: Boolean(mine?.bundled) && !without.length, args: [new Set(visits.map((v) => v.sheet_hash)).size, without.length] },
    { id: "reports", ok: Boolean(mine?.bundled) && !reports.length, args: [visits.filter((v) => v.previous).length] },
    { id: "map", ok: Boolean(divisions?.places?.length), args: [divisions?.places?.length ?? 0] },
    { id: "status", ok: Boolean(list), args: [status?.count ?? 0, status?.at ?? 0] },
    { id: "persist", ok: persisted },
    { id: "room", ok: free >= ROOM, args: [free] },
  ];
}

/**
 * Fetches what is missing. Each step may fail alone; what failed is in the
 * answer and shows among the needs.
 * @param {(step: string) => void} [tell]
 */
export async function prepare(tell = () => {}) {
  const failed = {};
  const step = async (id, work) => {
    tell(id);
    try {
      await work();
    } catch (e) {
      failed[id] = e.message;
    }
  };
  await step("persist", () => navigator.storage.persist?.());
  await step("app", async () => (await navigator.serviceWorker.getRegistration("/tablet"))?.update());
  await step("keys", async () => {
    const mine = await db.get("accounts", state.session.id);
    if (mine.refused || !mine.ticket || Date.parse(mine.expires) < Date.now() + 7 * 86400000) await account.renew(mine);
    const keys = await json(await call("/keys"));
    await heard(keys.time);
    await db.put("meta", merged(await db.get("meta", "keys"), keys), "keys");
  });
  await step("visits", () => refresh(true));
  await step("sheets", async () => fetchSheets((await drafts.visits(state.session)).map((v) => v.sheet_hash)));
  await step("map", fetchDivisions);
  await step("status", fetchStatus);
  return failed;
}
