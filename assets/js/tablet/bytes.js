// Bytes in and out of texts, ids and hashes.

const utf8 = new TextEncoder();

/** @param {string} s */
export const encode = (s) => utf8.encode(s);
/** @param {BufferSource} b */
export const decode = (b) => new TextDecoder().decode(b);

/** @param {ArrayBuffer|Uint8Array} b */
export const hex = (b) => Array.from(new Uint8Array(b.buffer ? b.slice().buffer : b), (x) => x.toString(16).padStart(2, "0")).join("");

/** @param {ArrayBuffer|Uint8Array} b */
export function base64url(b) {
  const bytes = new Uint8Array(b);
  let s = "";
  for (let i = 0; i < bytes.length; i += 0x8000) s += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(s).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @param {string} s */
export function unbase64url(s) {
  const raw = atob(s.replaceAll("-", "+").replaceAll("_", "/"));
  const b = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) b[i] = raw.charCodeAt(i);
  return b;
}

/** @param {...(Uint8Array|ArrayBuffer)} parts */
export function join(...parts) {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.byteLength, 0));
  let at = 0;
  for (const p of parts) {
    out.set(new Uint8Array(p), at);
    at += p.byteLength;
  }
  return out;
}

/** SHA-256 in lower-case hexadecimal. @param {BufferSource} b */
export const sha256 = async (b) => hex(await crypto.subtle.digest("SHA-256", b));

/** A UUID of version 7: 48 bits of milliseconds, the rest random. */
export function uuid() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  let ms = Date.now();
  for (let i = 5; i >= 0; i--) {
    b[i] = ms % 256;
    ms = Math.floor(ms / 256);
  }
  b[6] = 0x70 | (b[6] & 15);
  b[8] = 0x80 | (b[8] & 63);
  const s = hex(b);
  return [s.slice(0, 8), s.slice(8, 12), s.slice(12, 16), s.slice(16, 20), s.slice(20)].join("-");
}

/**
 * Canonical JSON (RFC 8785 for texts and whole numbers): keys in order, no
 * white space. The program writes the same bytes (checklist.Canonical).
 * @param {any} v
 * @returns {string}
 */
export function canonical(v) {
  if (Array.isArray(v)) return "[" + v.map(canonical).join(",") + "]";
  if (v && typeof v === "object") return "{" + Object.keys(v).filter((k) => v[k] !== undefined).sort().map((k) => JSON.stringify(k) + ":" + canonical(v[k])).join(",") + "}";
  return JSON.stringify(v);
}

/** What was typed, without characters that no record should hold. @param {string} s */
export const tidy = (s) => s.toWellFormed?.().replace(/\r\n?|[\u2028\u2029]/g, "\n").replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, " ") ?? s.replace(/\r\n?|[\u2028\u2029]/g, "\n").replace(/[\u0000-\u0009\u000b-\u001f\u007f\ud800-\udfff]/g, " ");
