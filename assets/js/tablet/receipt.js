// "Sent" is said only with a receipt whose signature was checked here.
import { encode, unbase64url } from "./bytes.js";

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

/**
 * Whether a receipt is for this item, these bytes, and signed by the server.
 * @param {{id: string, hash: string, at: string, n: number, key: string, sig: string}|undefined} r
 * @param {{id: string, hash: string}} item
 * @param {{signing: {id: string, public: string}, former?: {id: string, public: string}[]}} keys
 */
export async function receiptHolds(r, item, keys) {
  if (!r || r.id !== item.id || r.hash !== item.hash) return false;
  const key = [keys.signing, ...(keys.former ?? [])].find((k) => k.id === r.key);
  if (!key) return false;
  return verify(unbase64url(key.public), unbase64url(r.sig), encode(`fangxin receipt 1\n${r.id}\n${r.hash}\n${r.at}\n${r.n}\n`));
}
