// Makes the items of the queue. An item is complete and sealed before the
// transaction that keeps it begins.
import { boot, mono } from "./boot.js";
import { canonical, encode, sha256, unbase64url, uuid } from "./bytes.js";
import * as db from "./db.js";
import { skew } from "./net.js";
import { seal } from "./seal.js";

const BLOCK = 64; // numbers taken from the disk at a time

let next = 0, limit = 0;
let taking = Promise.resolve();

// number gives the next sequence number of this tablet. A block is noted as
// used before its first number is, so that a killed app never repeats one.
function number() {
  const mine = taking.then(async () => {
    if (next >= limit) {
      const from = await db.run(["meta"], "readwrite", async ({ meta }) => {
        const n = (await db.got(meta.get("seq"))) ?? 1;
        await db.got(meta.put(n + BLOCK, "seq"));
        return n;
      });
      next = from;
      limit = from + BLOCK;
    }
    return next++;
  });
  taking = mine.then(() => {}, () => {});
  return mine;
}

/**
 * Makes one item, sealed and ready for the queue.
 * @param {import("./state.js").Session} who
 * @param {{kind: string, inspection: string, item?: string, base?: string, payload: any, id?: string}} what
 * @returns {Promise<import("./push.js").Queued>}
 */
export async function make(who, what) {
  const keys = await db.get("meta", "keys");
  if (!keys) throw new Error("no keys");
  const id = what.id ?? uuid(), seq = await number(), at = Date.now();
  const plain = encode(canonical({
    id, seq, account: who.id, device: who.device, kind: what.kind, inspection: what.inspection, at: new Date(at).toISOString(),
    boot, mono: mono(), skew: Math.round(skew()), base: what.base ?? "", payload: what.payload,
  }));
  return {
    seq, id, account: who.id, device: who.device, inspection: what.inspection, item: what.item ?? "", kind: what.kind,
    hash: await sha256(plain), sealed: await seal(unbase64url(keys.sealing.public), id, plain), at, tries: 0, state: "wait",
  };
}

/** Keeps items that come with nothing else. @param {import("./push.js").Queued[]} items */
export const enqueue = (items) => db.run(["outbox"], "readwrite", ({ outbox }) => { for (const q of items) outbox.add(q); });
