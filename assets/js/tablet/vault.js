// A person's key on this tablet. The PIN opens (PBKDF2) a random master key;
// from it come the key of drafts and the key of photos (HKDF). Nothing derived
// from the PIN leaves the tablet, and without the PIN nobody reads the drafts.
import { base64url, decode, encode, hex } from "./bytes.js";

// OWASP's figure for PBKDF2 with SHA-256. It is kept beside each key, so that
// it can be raised for new PINs.
const ROUNDS = 600000;

const subtle = crypto.subtle;
const derive = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array() };

async function pinKey(pin, salt, rounds) {
  const raw = await subtle.importKey("raw", encode(pin), "PBKDF2", false, ["deriveKey"]);
  return subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, raw, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/**
 * Keys of one unlocked person.
 * @typedef {{drafts: CryptoKey, photos: CryptoKey}} Keys
 */

/** @param {Uint8Array} master @returns {Promise<Keys>} */
async function keys(master) {
  const base = await subtle.importKey("raw", master, "HKDF", false, ["deriveKey", "deriveBits"]);
  const drafts = await subtle.deriveKey({ ...derive, info: encode("fangxin tablet drafts 1") }, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  return { drafts, photos: base };
}

/** Makes a new master key under a PIN. */
export async function create(pin) {
  const salt = crypto.getRandomValues(new Uint8Array(16)), iv = crypto.getRandomValues(new Uint8Array(12));
  const master = crypto.getRandomValues(new Uint8Array(32));
  const wrapped = await subtle.encrypt({ name: "AES-GCM", iv }, await pinKey(pin, salt, ROUNDS), master);
  const out = { lock: { salt, rounds: ROUNDS, iv, wrapped: new Uint8Array(wrapped) }, keys: await keys(master) };
  master.fill(0);
  return out;
}

/** Opens it again; null when the PIN is wrong. @returns {Promise<Keys|null>} */
export async function unlock(lock, pin) {
  try {
    const master = new Uint8Array(await subtle.decrypt({ name: "AES-GCM", iv: lock.iv }, await pinKey(pin, lock.salt, lock.rounds), lock.wrapped));
    const k = await keys(master);
    master.fill(0);
    return k;
  } catch {
    return null;
  }
}

/** Encrypts a value as JSON. @param {Keys} k @param {any} value @param {string} label binds it to its place */
export async function hide(k, value, label) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await subtle.encrypt({ name: "AES-GCM", iv, additionalData: encode(label) }, k.drafts, encode(JSON.stringify(value)));
  return { iv, data: new Uint8Array(data) };
}

/** @param {Keys} k @param {{iv: Uint8Array, data: Uint8Array}} hidden @param {string} label */
export async function show(k, hidden, label) {
  return JSON.parse(decode(await subtle.decrypt({ name: "AES-GCM", iv: hidden.iv, additionalData: encode(label) }, k.drafts, hidden.data)));
}

// The same photo of the same person gives the same key, nonce and bytes, so a
// photo that was sent in part goes on after a restart. The nonce is safe: each
// key encrypts one content only.
async function photoKey(k, sha) {
  const bits = new Uint8Array(await subtle.deriveBits({ ...derive, info: encode("fangxin tablet photo 1 " + sha) }, k.photos, 44 * 8));
  return { raw: bits.slice(0, 32), iv: bits.slice(32) };
}

/** Encrypts a photo. @param {Keys} k @param {ArrayBuffer} plain @param {string} sha of the plain bytes */
export async function hidePhoto(k, plain, sha) {
  const { raw, iv } = await photoKey(k, sha);
  const key = await subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const data = new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv }, key, plain));
  return { data, cipher: { sha256: hex(await subtle.digest("SHA-256", data)), key: base64url(raw), iv: base64url(iv) } };
}

/** @param {Keys} k @param {Uint8Array} data @param {string} sha of the plain bytes */
export async function showPhoto(k, data, sha) {
  const { raw, iv } = await photoKey(k, sha);
  const key = await subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
  return subtle.decrypt({ name: "AES-GCM", iv }, key, data);
}

