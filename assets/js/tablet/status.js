// The signed list of badges and certificates on this tablet.
import { decode, encode, hex, unbase64url } from "./bytes.js";
import * as db from "./db.js";
import { call } from "./net.js";
import { verify } from "./receipt.js";

/** @typedef {{header: {version: number, at: string, count: number, key: string, words: string[]}, prefixes: Uint8Array, words: Uint8Array}} List */

/** Fetches the list when it changed; one whose signature does not hold is refused. */
export async function fetchStatus() {
  const have = await db.get("meta", "status");
  const r = await call("/status-list", { headers: have?.etag ? { "If-None-Match": have.etag } : {}, quiet: [304] });
  if (r.status === 304) return db.put("meta", { ...have, asked: Date.now() }, "status");
  const bytes = new Uint8Array(await r.arrayBuffer());
  const list = await parse(bytes);
  await db.put("meta", { etag: r.headers.get("ETag"), bytes, at: list.header.at, count: list.header.count, asked: Date.now() }, "status");
}

/**
 * Reads a list and checks its signature: a gzip stream (one line of JSON, the
 * six-byte prefixes in order, the answers as half bytes) and behind it 64 bytes
 * of Ed25519 over that stream.
 * @param {Uint8Array} bytes
 * @returns {Promise<List>}
 */
export async function parse(bytes) {
  const zipped = bytes.slice(0, -64), sig = bytes.slice(-64);
  const plain = new Uint8Array(await new Response(new Blob([zipped]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
  const end = plain.indexOf(10), header = JSON.parse(decode(plain.subarray(0, end)));
  const from = end + 1, middle = from + header.count * 6, to = middle + Math.ceil(header.count / 2);
  if (plain.length !== to) throw new Error("status list: length");
  const keys = await db.get("meta", "keys");
  const key = [keys.signing, ...(keys.former ?? [])].find((k) => k.id === header.key);
  if (!key || !(await verify(unbase64url(key.public), sig, zipped))) throw new Error("status list: signature");
  return { header, prefixes: plain.subarray(from, middle), words: plain.subarray(middle, to) };
}

/** What a code or address of a badge names: the code or number without separators. */
export function codeOf(text) {
  let s = text.trim();
  try {
    const path = new URL(s).pathname.split("/").filter(Boolean);
    s = decodeURIComponent(path.at(-1) ?? "");
  } catch { /* no address: the code itself */ }
  return s.toUpperCase().replace(/[\s\-_./·]/g, "");
}

/**
 * What a person may have meant: what was typed, the number of a title with
 * digits for the letters that look like them, and the 16 characters of a badge
 * (Crockford's base 32: O is 0, I and L are 1). slip says that it cannot be a
 * whole number as it stands.
 * @param {string} code of {@link codeOf}
 */
export function meant(code) {
  const c = code.normalize("NFKC").toUpperCase();
  const digits = (s) => s.replaceAll("O", "0").replace(/[IL]/g, "1");
  const title = c.slice(0, 4).replaceAll("0", "O").replaceAll("1", "I") + digits(c.slice(4)), badge = digits(c);
  const shaped = /^[A-Z]{4}\d{12}$/.test(title);
  return { codes: [...new Set([c, ...(shaped ? [title] : []), badge])], slip: shaped ? mod97(title) !== 1 : !/^[0-9A-HJKMNP-TV-Z]{16}$/.test(badge) };
}

// mod97 is the check of ISO 7064 (MOD 97-10) with letters as 10 to 35.
const mod97 = (s) => [...s].reduce((n, x) => (x >= "A" ? n * 100 + x.charCodeAt(0) - 55 : n * 10 + Number(x)) % 97, 0);

/** The state of a code in a list, "" when it is not in it. @param {List} list @param {string} code */
export async function lookup(list, code) {
  const want = hex(await crypto.subtle.digest("SHA-256", encode(code))).slice(0, 12);
  let low = 0, high = list.header.count;
  while (low < high) {
    const mid = (low + high) >> 1, have = hex(list.prefixes.slice(mid * 6, mid * 6 + 6));
    if (have < want) low = mid + 1;
    else high = mid;
  }
  if (low >= list.header.count || hex(list.prefixes.slice(low * 6, low * 6 + 6)) !== want) return "";
  const b = list.words[low >> 1];
  const n = low % 2 ? b & 15 : b >> 4;
  return n ? list.header.words[n] ?? "unavailable" : "unavailable"; // 0: two names of one prefix
}
