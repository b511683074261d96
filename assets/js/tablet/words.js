// The words of the app, from the same catalogue as all pages.

/** @type {Record<string, string>} */
let texts = {};
let current = "zh";

/** @param {string} address of the JSON @param {string} lang "zh" or "en" */
export async function load(address, lang) {
  const r = await fetch(address);
  if (!r.ok) throw new Error("texts " + r.status);
  texts = await r.json();
  current = lang;
  document.documentElement.lang = lang === "en" ? "en" : "zh-CN";
}

export const lang = () => current;

/** A text with {0}, {1} filled in; {0|day|days} picks by number. */
export function t(key, ...args) {
  const s = texts[key] ?? key;
  return s.replace(/\{(\d+)(?:\|([^|}]*)\|([^}]*))?\}/g, (all, n, one, many) => {
    const v = args[n];
    if (v === undefined) return all;
    return one === undefined ? String(v) : String(v) === "1" ? one : many;
  });
}

export const has = (key) => key in texts;

/** The wording of data in both languages. @param {{zh: string, en: string}|undefined} text */
export const pick = (text) => (text ? (current === "en" && text.en) || text.zh : "");

const zone = { timeZone: "Asia/Shanghai" };

/** A time of today as 17:28:42. @param {number|string|Date} at */
export const clock = (at) => new Date(at).toLocaleTimeString("en-GB", { ...zone, hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** A date with the time. @param {number|string|Date} at */
export const moment = (at) => new Date(at).toLocaleString(current === "en" ? "en-GB" : "zh-CN", { ...zone, year: "numeric", month: current === "en" ? "short" : "long", day: "numeric", hour: "2-digit", minute: "2-digit" });

/** A date. @param {number|string|Date} at */
export const day = (at) => new Date(at).toLocaleDateString(current === "en" ? "en-GB" : "zh-CN", { ...zone, year: "numeric", month: current === "en" ? "short" : "long", day: "numeric" });

/** How long ago, in words. @param {number} ms */
export function ago(ms) {
  const minutes = Math.max(0, Math.floor(ms / 60000));
  if (minutes < 1) return t("app.ago_now");
  if (minutes < 60) return t("app.ago_minutes", minutes);
  if (minutes < 60 * 48) return t("app.ago_hours", Math.floor(minutes / 60));
  return t("app.ago_days", Math.floor(minutes / 1440));
}

/** Hundredths as a decimal: 8725 is 87.25. @param {number} p */
export function points(p) {
  const sign = p < 0 ? "-" : "", n = Math.abs(p), f = n % 100;
  return sign + Math.floor(n / 100) + (f ? "." + String(f).padStart(2, "0").replace(/0+$/, "") : "");
}

/** Hundredths of a decimal with at most two places; null when it is none. @param {string} s */
export function parsePoints(s) {
  const m = /^(-?)(\d{1,9})(?:\.(\d{1,2}))?$/.exec(s.trim());
  return m ? (m[1] ? -1 : 1) * (Number(m[2]) * 100 + Number(((m[3] ?? "") + "00").slice(0, 2))) : null;
}

/** Bytes in words. @param {number} n */
export const size = (n) => (n >= 1e9 ? (n / 1e9).toFixed(1) + " GB" : n >= 1e6 ? Math.round(n / 1e6) + " MB" : (n ? Math.max(1, Math.round(n / 1e3)) : 0) + " KB");
