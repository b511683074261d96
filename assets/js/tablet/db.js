// The database of the tablet. Every write that keeps something an inspector
// gave is one transaction with strict durability: it is reported complete only
// after the browser has flushed it to the disk.
//
// Readable without anybody's PIN: the queue (sealed to the server), receipts,
// sheets, the division map and the status list. Everything else of a person is
// encrypted with that person's key (vault.js).

const NAME = "fangxin-tablet";

/** @type {Record<string, IDBObjectStoreParameters & {index?: Record<string, string|string[]>}>} */
const STORES = {
  meta: {}, // by name: device, keys, time, divisions, status, seq
  accounts: { keyPath: "id" }, // {id, name, salt, rounds, iv, wrapped, ticket, …}
  sheets: { keyPath: "hash" },
  visits: { keyPath: ["account", "id"], index: { account: "account" } }, // {iv, data, bin?, gone?}
  answers: { keyPath: ["account", "inspection", "item"], index: { visit: ["account", "inspection"] } },
  outbox: { keyPath: "seq", index: { id: "id", account: "account", visit: ["account", "inspection"] } },
  receipts: { keyPath: "id", index: { visit: ["account", "inspection"] } },
  photos: { keyPath: ["account", "sha"], index: { visit: ["account", "inspection"], state: "state" } },
  blobs: {}, // encrypted bytes of photos, by [account, sha]
};

/** @type {Promise<IDBDatabase>|undefined} */
let opening;

function open() {
  return (opening ??= new Promise((done, fail) => {
    const r = indexedDB.open(NAME, 1);
    r.onupgradeneeded = () => {
      for (const [name, { index, ...options }] of Object.entries(STORES)) {
        const store = r.result.createObjectStore(name, options);
        for (const [key, path] of Object.entries(index ?? {})) store.createIndex(key, path);
      }
    };
    r.onsuccess = () => {
      r.result.onversionchange = () => r.result.close();
      r.result.onclose = () => { opening = undefined; };
      done(r.result);
    };
    r.onerror = () => { opening = undefined; fail(r.error); };
  }));
}

/** The answer of a request. @template T @param {IDBRequest<T>} r @returns {Promise<T>} */
export const got = (r) => new Promise((done, fail) => {
  r.onsuccess = () => done(r.result);
  r.onerror = () => fail(r.error);
});

/**
 * Runs work in one transaction and resolves with its value after the
 * transaction is complete. Work may wait only for requests of its stores.
 * @template T
 * @param {string[]} names
 * @param {"readonly"|"readwrite"} mode
 * @param {(stores: Record<string, IDBObjectStore>) => Promise<T>|T} work
 * @returns {Promise<T>}
 */
export async function run(names, mode, work) {
  const db = await open();
  const tx = db.transaction(names, mode, { durability: mode === "readwrite" ? "strict" : "default" });
  const complete = new Promise((done, fail) => {
    tx.oncomplete = () => done(undefined);
    tx.onabort = tx.onerror = () => fail(tx.error ?? new DOMException("aborted", "AbortError"));
  });
  complete.catch(() => {}); // it is reported below
  let value;
  try {
    value = await work(Object.fromEntries(names.map((n) => [n, tx.objectStore(n)])));
  } catch (e) {
    try { tx.abort(); } catch { /* it has ended already */ }
    await complete.catch((why) => { if (why && e?.name === "AbortError") throw why; });
    throw e;
  }
  await complete;
  return value;
}

/**
 * Runs work that only writes, in one transaction, and resolves after the disk
 * has it. Nothing is read, so the transaction is told to end at once: the
 * browser need not ask back whether more is to come.
 * @param {string[]} names
 * @param {(stores: Record<string, IDBObjectStore>) => void} work
 * @returns {Promise<void>}
 */
export async function write(names, work) {
  const tx = (await open()).transaction(names, "readwrite", { durability: "strict" });
  const complete = new Promise((done, fail) => {
    tx.oncomplete = () => done(undefined);
    tx.onabort = tx.onerror = () => fail(tx.error ?? new DOMException("aborted", "AbortError"));
  });
  complete.catch(() => {}); // it is reported below
  try {
    work(Object.fromEntries(names.map((n) => [n, tx.objectStore(n)])));
  } catch (e) {
    try { tx.abort(); } catch { /* it has ended already */ }
    throw e;
  }
  tx.commit?.();
  await complete;
}

/** @param {string} store @param {IDBValidKey} key */
export const get = (store, key) => run([store], "readonly", (s) => got(s[store].get(key)));
/** @param {string} store @param {any} value @param {IDBValidKey} [key] */
export const put = (store, value, key) => run([store], "readwrite", (s) => got(s[store].put(value, key)));
/** @param {string} store @param {IDBValidKey} key */
export const remove = (store, key) => run([store], "readwrite", (s) => got(s[store].delete(key)));
/** @param {string} store @param {string} [index] @param {any} [query] */
export const all = (store, index, query) => run([store], "readonly", (s) => got(index ? s[store].index(index).getAll(query) : s[store].getAll(query)));
/** @param {string} store @param {string} [index] @param {any} [query] */
export const count = (store, index, query) => run([store], "readonly", (s) => got(index ? s[store].index(index).count(query) : s[store].count(query)));
