// Whether photos may be sent over the network that is there. Answers always go:
// they are small. Photos may be kept for Wi-Fi; not every browser tells what
// kind of network it has, and then they go only when a person says so.
import * as db from "./db.js";

const KEY = "photos-by";

/** @returns {Promise<"any"|"wifi">} by which networks photos are sent */
export const photosBy = async () => ((await db.get("meta", KEY)) === "wifi" ? "wifi" : "any");

/** @param {"any"|"wifi"} by */
export const choose = (by) => db.put("meta", by, KEY);

/** @returns {Promise<""|"mobile"|"unknown">} why photos wait; empty when they may go */
export async function photosWait() {
  if ((await photosBy()) === "any") return "";
  const kind = navigator.connection?.type;
  if (["wifi", "ethernet", "none"].includes(kind)) return ""; // without a network no request gets anywhere
  return !kind || kind === "unknown" ? "unknown" : "mobile";
}

/** Calls f when the kind of network changes, where the browser tells. @param {() => void} f */
export const onChange = (f) => navigator.connection?.addEventListener?.("change", f);
