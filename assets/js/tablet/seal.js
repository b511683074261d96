// Items are sealed to the server as soon as they are made: whoever uses the
// tablet next can send them, nobody can read them on it.
import { base64url, encode, join } from "./bytes.js";

const subtle = crypto.subtle;
const EC = { name: "ECDH", namedCurve: "P-256" };
const INFO = encode("fangxin tablet item 2");
const FORM = Uint8Array.of(2);

/** @type {Map<string, Promise<{mine: ArrayBuffer, key: CryptoKey}>>} */
const pairs = new Map();

// One ephemeral pair, and by it one key, for a run of the app: each item has a
// nonce of its own.
function pair(recipient) {
  const key = base64url(recipient);
  if (!pairs.has(key)) {
    pairs.set(key, (async () => {
      const to = await subtle.importKey("raw", recipient, EC, false, []);
      const mine = /** @type {CryptoKeyPair} */ (await subtle.generateKey(EC, false, ["deriveBits"]));
      const shared = await subtle.deriveBits({ name: "ECDH", public: to }, mine.privateKey, 256);
      const point = await subtle.exportKey("raw", mine.publicKey);
      const base = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
      return { mine: point, key: await subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt: point, info: INFO }, base, { name: "AES-GCM", length: 256 }, false, ["encrypt"]) };
    })());
  }
  return pairs.get(key);
}

/**
 * Seals a text for the holder of a P-256 key: the form (a 2), ephemeral public
 * key (65 bytes), nonce (12 bytes), AES-256-GCM with the id as additional data.
 * @param {Uint8Array} recipient raw public key
 * @param {string} id
 * @param {Uint8Array} plain
 */
export async function seal(recipient, id, plain) {
  const { mine, key } = await pair(recipient);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const data = await subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: encode(id) }, key, plain);
  return base64url(join(FORM, mine, nonce, data));
}
