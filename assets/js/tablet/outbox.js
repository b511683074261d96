// Makes the items of the queue. An item is complete and sealed before the
// transaction that keeps it begins.
import { boot, mono } from "./boot.js";
import { canonical, encode, sha256, unbase64url, uuid } from "./bytes.js";
import * as db from "./db.js";
import { skew } from "./net.js";
import { seal } from "./seal.js";

const BLOCK = 64; // numbers taken from the disk at a time
const LOW = 16; // numbers left when the next block is taken

let next = 0, limit = 0, spare = 0; // spare: the first of a block taken ahead
/** @type {Promise<number>|undefined} */
let taking;

// take notes a block as used and gives its first number.
const take = () => (taking ??= db.run(["meta"], "readwrite", async ({ meta }) => {
  const n = (await db.got(meta.get("seq"))) ?? 1;
  await db.got(meta.put(n + BLOCK, "seq"));
  return n;
}).then((n) => (spare = n)).finally(() => { taking = undefined; }));

// number gives the next sequence number of this tablet. A block is noted as
// used before its first number is, so that a killed app never repeats one; it
// is taken ahead, so that no answer waits for it.
async function number() {
  while (next >= limit) {
    if (!spare) await take();
    if (next < limit || !spare) continue; // another one has begun it meanwhile
    next = spare;
    limit = spare + BLOCK;
    spare = 0;
  }
  if (limit - next <= LOW && !spare) take().catch(() => {});
  return next++;
}

const FRESH = 60000; // how long the server's key is not read again, ms

/** @type {{key: Uint8Array, at: number}|undefined} */
let known;

// recipient is the server's key. A former one still opens, so what is known is
// used at once and read again beside it.
async function recipient() {
  const read = async () => {
    const keys = await db.get("meta", "keys");
    if (!keys) throw new Error("no keys");
    return (known = { key: unbase64url(keys.sealing.public), at: Date.now() });
  };
  if (!known) return (await read()).key;
  if (Date.now() - known.at > FRESH) {
    known.at = Date.now();
    read().catch(() => {});
  }
  return known.key;
}

/**
 * Makes one item, sealed and ready for the queue.
 * @param {import("./state.js").Session} who
 * @param {{kind: string, inspection: string, item?: string, base?: string, payload: any, id?: string}} what
 * @returns {Promise<import("./push.js").Queued>}
 */
export async function make(who, what) {
  const [to, seq] = await Promise.all([recipient(), number()]);
  const id = what.id ?? uuid(), at = Date.now();
  const plain = encode(canonical({
    id, seq, account: who.id, device: who.device, kind: what.kind, inspection: what.inspection, at: new Date(at).toISOString(),
    boot, mono: mono(), skew: Math.round(skew()), base: what.base ?? "", payload: what.payload,
  }));
  const [hash, sealed] = await Promise.all([sha256(plain), seal(to, id, plain)]);
  return {
    seq, id, account: who.id, device: who.device, inspection: what.inspection, item: what.item ?? "", kind: what.kind,
    hash, sealed, at, tries: 0, state: "wait",
  };
}

/** Keeps items that come with nothing else. @param {import("./push.js").Queued[]} items */
export const enqueue = (items) => db.run(["outbox"], "readwrite", ({ outbox }) => { for (const q of items) outbox.add(q); });
