// "Sent" is said only with a receipt whose signature was checked here.
import { encode, hex, join, unbase64url } from "./bytes.js";

/** Checks an Ed25519 signature, also where the browser has no such function. */
export async function verify(publicKey, signature, message) {
  try {
    const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, signature, message);
  } catch (e) {
    if (e?.name !== "NotSupportedError") return false;
    const { verifyAsync } = await import("../vendor/ed25519.js");
    return verifyAsync(signature, message, publicKey).catch(() => false);
  }
}

// Receipts of one request share a signature, so each is checked once. The
// answer is remembered under all that it depends on.
/** @type {Map<string, Promise<boolean>>} */
const checked = new Map();

function signed(key, sig, text) {
  const name = `${key.public} ${sig} ${text}`;
  if (!checked.has(name)) {
    if (checked.size >= 64) checked.clear();
    checked.set(name, verify(unbase64url(key.public), unbase64url(sig), encode(text)));
  }
  return checked.get(name);
}

const digest = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));

// The root that a receipt's path leads to, in hexadecimal. A leaf is hashed
// behind a 0 and a node behind a 1, as the server does it.
async function rootOf(r) {
  let at = await digest(Uint8Array.of(0), encode(`fangxin receipt 2\n${r.id}\n${r.hash}\n${r.n}\n`));
  const steps = unbase64url(r.path ?? "");
  if (steps.length % 33) return "";
  for (let i = 0; i < steps.length; i += 33) {
    const other = steps.subarray(i + 1, i + 33);
    if (steps[i] > 1) return "";
    at = steps[i] ? await digest(Uint8Array.of(1), at, other) : await digest(Uint8Array.of(1), other, at);
  }
  return hex(at);
}

/** The formats of receipts that this program can check. */
export const FORMAT = 2;

/**
 * Whether a receipt is for this item, these bytes, and signed by the server.
 * @param {{id: string, hash: string, at: string, n: number, key: string, sig: string, v?: number, path?: string}|undefined} r
 * @param {{id: string, hash: string}} item
 * @param {{signing: {id: string, public: string}, former?: {id: string, public: string}[]}} keys
 */
export async function receiptHolds(r, item, keys) {
  if (!r || r.id !== item.id || r.hash !== item.hash) return false;
  const key = [keys.signing, ...(keys.former ?? [])].find((k) => k.id === r.key);
  if (!key) return false;
  if (!r.v) return signed(key, r.sig, `fangxin receipt 1\n${r.id}\n${r.hash}\n${r.at}\n${r.n}\n`);
  if (r.v !== FORMAT) return false;
  const root = await rootOf(r);
  return root !== "" && signed(key, r.sig, `fangxin receipts 2\n${r.at}\n${root}\n`);
}
