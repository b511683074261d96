// Sends the queue: items first, photos after, each item with a result of its
// own. It needs no page and no PIN, so the service worker may run it as well.
import { boot, mono } from "./boot.js";
import * as db from "./db.js";
import { merged } from "./keys.js";
import { call, json, Offline, recall, Refusal } from "./net.js";
import { photosWait } from "./network.js";
import { FORMAT, receiptHolds } from "./receipt.js";
import { pushPhotos } from "./push-photos.js";

const MOST = 50; // items in a request
const LARGEST = 700 * 1024; // bytes in a request; the server takes 1 MB

/**
 * @typedef {{seq: number, id: string, account: string, device: string, inspection: string, item: string, kind: string,
 *   hash: string, sealed: string, at: number, tries: number, state: "wait"|"parked"|"held", problem?: any}} Queued
 */

/**
 * Sends all that waits; only one sender runs at a time. Throws what stopped it;
 * a ticket that ran out stops only its owner and is in the answer.
 * @param {(kind: string) => void} [tell] called after something changed
 * @param {boolean} [photos] send photos over whatever network there is
 * @returns {Promise<{conflicts: number, busy?: boolean, stopped?: Error}>}
 */
export function push(tell = () => {}, photos = false) {
  return navigator.locks.request("fangxin-push", { ifAvailable: true }, async (lock) => {
    if (!lock) return { conflicts: 0, busy: true };
    await recall();
    let conflicts = 0, stopped;
    for (const account of await db.all("accounts")) {
      if (!account.ticket || account.refused) continue;
      try {
        conflicts += await pushItems(account, tell);
      } catch (e) {
        if (!(e instanceof Refusal && e.status === 401)) throw e;
        // The other accounts' tickets may still be good.
        await change("accounts", account.id, (a) => { a.refused = true; });
        stopped = e;
      }
    }
    if (photos || !(await photosWait())) {
      for (const account of await db.all("accounts")) {
        if (account.ticket && !account.refused) await pushPhotos(account, tell);
      }
    }
    return { conflicts, stopped };
  });
}

/** Changes one record if it is still there. */
export const change = (store, key, edit) => db.run([store], "readwrite", async (s) => {
  const r = await db.got(s[store].get(key));
  if (!r) return;
  edit(r);
  await db.got(s[store].put(r));
});

async function pushItems(account, tell) {
  let conflicts = 0, most = MOST;
  for (;;) {
    const batch = await take(account.id, most);
    if (!batch.length) return conflicts;
    let answer;
    try {
      answer = await json(await call("/items", {
        method: "POST", ticket: account.ticket, headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ device: account.device, boot, mono: mono(), receipts: FORMAT, items: batch.map(({ id, seq, sealed }) => ({ id, seq, sealed })) }),
      }));
    } catch (e) {
      if (!(e instanceof Refusal) || e.status === 401 || e.status === 429 || e.status >= 500) throw e;
      // One of them is not to the server's taste: find it, so that it does not
      // stop the others.
      if (batch.length === 1) await park(batch[0], e.problem ?? { status: e.status, title: e.message });
      most = Math.max(1, Math.floor(batch.length / 2));
      tell("queue");
      continue;
    }
    let done = 0;
    const results = new Map((answer.results ?? []).map((r) => [r.id, r]));
    for (const item of batch) {
      const r = results.get(item.id);
      if (r && (await settle(item, r))) done++;
      if (r?.outcome === "conflict") conflicts++;
    }
    tell("queue");
    if (!done) throw new Offline("no result"); // try later rather than at once
    most = MOST;
  }
}

// take marks what is about to be sent: from now on it is never replaced by a
// later answer, because the server may have it.
const take = (account, most) => db.run(["outbox"], "readwrite", async ({ outbox }) => {
  /** @type {Queued[]} */
  const list = (await db.got(outbox.index("account").getAll(account))).filter((q) => q.state === "wait").sort((a, b) => a.seq - b.seq);
  const batch = [];
  let size = 0;
  for (const q of list) {
    size += q.sealed.length + 120;
    if (batch.length === most || (batch.length && size > LARGEST)) break;
    batch.push(q);
  }
  for (const q of batch) {
    q.tries++;
    outbox.put(q);
  }
  return batch;
});

/** Puts one item aside with its cause; it never stops the others. */
const park = (item, problem, cause) => change("outbox", item.seq, (q) => {
  q.state = "parked";
  q.problem = problem;
  q.cause = cause;
});

// settle deals with one result and reports whether the item left the queue.
async function settle(item, r) {
  // A repeated item that was put aside the first time is still put aside; one
  // without an outcome was not taken and is sent again later.
  if (r.outcome === "parked" || (r.outcome === "duplicate" && r.cause)) {
    await park(item, r.problem ?? { title: r.outcome }, r.cause);
    return true;
  }
  if (!["accepted", "duplicate", "conflict"].includes(r.outcome)) return false;
  const keys = await db.get("meta", "keys");
  if (!keys || !(await receiptHolds(r.receipt, item, keys))) {
    if (item.tries >= 5) await park(item, { code: "receipt" });
    await freshKeys(keys);
    return item.tries >= 5;
  }
  await db.run(["outbox", "receipts", "answers"], "readwrite", async (s) => {
    s.outbox.delete(item.seq);
    s.receipts.put({ ...r.receipt, account: item.account, inspection: item.inspection, item: item.item, kind: item.kind, made: item.at, outcome: r.outcome, kept: Date.now() });
    const key = [item.account, item.inspection, item.item];
    const a = item.item && (await db.got(s.answers.get(key)));
    if (a && a.entry === item.id) {
      a.sent = Date.now();
      s.answers.put(a);
    }
  });
  return true;
}

// A receipt by an unknown key: the server may have a new one. Earlier keys are
// kept, so that old receipts can still be shown to be true.
async function freshKeys(keys) {
  const next = await json(await call("/keys"));
  await db.put("meta", merged(keys, next), "keys");
}
