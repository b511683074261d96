// Photos: redrawn at most 1600 pixels long, so that they are small and hold
// nothing of the camera's own notes (place, time, device); hashed here.
import { hex } from "./bytes.js";
import * as db from "./db.js";
import { fixedAt, plain as bare } from "./place.js";
import { hidePhoto, showPhoto } from "./vault.js";

const LONGEST = 1600, QUALITY = 0.8;

/** Redraws a picture as JPEG. @param {Blob} file @returns {Promise<ArrayBuffer>} */
export async function redraw(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "white"; // what was transparent
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  canvas.width = 0; // gives the memory back on cheap tablets
  if (!blob) throw new Error("photo");
  return blob.arrayBuffer();
}

/**
 * Makes what is kept and sent of a photo.
 * @param {import("./state.js").Session} who
 * @param {string} inspection
 * @param {string} item "" for the drawing of a signature
 * @param {ArrayBuffer} plain
 * @param {any} [place] where the visit was begun
 * @param {"camera"|"file"} [source] taken in the app, or chosen on the device; sealed with the photo
 */
export async function prepare(who, inspection, item, plain, place, source) {
  const sha = hex(await crypto.subtle.digest("SHA-256", plain));
  const { data, cipher } = await hidePhoto(who.keys, plain, sha);
  const at = Date.now();
  return {
    sha, data,
    record: { account: who.id, inspection, item, sha, size: plain.byteLength, cipher: { sha256: cipher.sha256 }, state: "wait", at },
    payload: { sha256: sha, size: plain.byteLength, cipher, item, taken_at: new Date(at).toISOString(), ...(source ? { source } : {}), ...(place ? { place: bare(place), ...fixedAt(place) } : {}) },
  };
}

/** @type {Map<string, string>} */
const shown = new Map();

/** The address of a photo or recording of this tablet for a page, "" when it is not here. */
export async function url(who, sha, type = "image/jpeg") {
  const key = who.id + "/" + sha;
  if (shown.has(key)) return shown.get(key);
  const data = await db.get("blobs", [who.id, sha]);
  if (!data) return "";
  const address = URL.createObjectURL(new Blob([await showPhoto(who.keys, data, sha)], { type }));
  shown.set(key, address);
  return address;
}

/** Forgets the decrypted pictures, when the tablet is handed over. */
export function forget() {
  for (const address of shown.values()) URL.revokeObjectURL(address);
  shown.clear();
}
