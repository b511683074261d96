// Which item an inspector was at, and when: noted in order, kept and sent like
// everything else. Each stretch names the hash of the one before it.
import { mono } from "./boot.js";
import { canonical, encode, sha256 } from "./bytes.js";
import * as drafts from "./drafts.js";

const MOST = 100, EVERY = 60000; // events in a stretch, ms between writes

/** @type {Map<string, {n: number, last: string, steps: any[], writing: Promise<any>}>} by person and visit: a screen may come back before the last write is through */
const chains = new Map();

/** Follows one visit while its sheet is on the screen. @returns {{section: (id: string) => void, item: (id: string) => void, end: () => void}} */
export function follow(who, visit) {
  const key = who.id + "/" + visit.inspection;
  if (!chains.has(key)) chains.set(key, { n: 0, last: "", ...visit.local?.trail, steps: [], writing: Promise.resolve() });
  const chain = chains.get(key), steps = chain.steps;
  let section = "", item = "";
  const note = (what, s, i) => {
    steps.push({ what, section: s, ...(i ? { item: i } : {}), at: new Date().toISOString(), mono: mono() });
    if (steps.length >= MOST) write();
  };
  const leave = (what) => {
    if (item) note(what, section, item);
    if (section) note(what, section, "");
  };
  const come = (what) => {
    if (section) note(what, section, "");
    if (item) note(what, section, item);
  };
  // What cannot be written (a full disk is said elsewhere) waits for the next time.
  function write() {
    chain.writing = chain.writing.then(async () => {
      const part = steps.slice(0, MOST);
      if (!part.length) return;
      const payload = { from: chain.n, prev: chain.last, steps: part }, hash = await sha256(encode(canonical(payload)));
      await drafts.saveStep(who, visit.inspection, [{ kind: "steps", payload }], (l) => { l.trail = { n: chain.n + part.length, last: hash }; });
      steps.splice(0, part.length);
      chain.n += part.length;
      chain.last = hash;
    }).catch((e) => console.warn("times:", e?.message));
  }
  const seen = () => {
    if (document.hidden) {
      leave("away");
      write();
    } else come("back");
  };
  const timer = setInterval(write, EVERY);
  document.addEventListener("visibilitychange", seen);
  addEventListener("pagehide", write);
  return {
    section(id) {
      if (id === section) return;
      leave("leave");
      if (section) write();
      section = id;
      item = "";
      come("enter");
    },
    item(id) {
      if (id === item) return;
      if (item) note("leave", section, item);
      item = id;
      if (id) note("enter", section, id);
    },
    end() {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", seen);
      removeEventListener("pagehide", write);
      if (!document.hidden) leave("leave");
      write();
    },
  };
}
