// The service worker and its updates, and the one window that works.
import { emit, state } from "./state.js";

/** Registers the worker; browsers whose workers cannot import get a plain one. */
export async function register() {
  const sw = navigator.serviceWorker;
  let r;
  try {
    r = await sw.register("/tablet/sw.js", { scope: "/tablet", type: "module", updateViaCache: "none" });
  } catch {
    r = await sw.register("/tablet/sw.js?plain", { scope: "/tablet", updateViaCache: "none" }).catch(() => null);
  }
  if (!r) return; // without a network at the first visit; "prepare" says so
  const offer = () => {
    state.update = r.waiting && sw.controller ? r.waiting : null;
    emit("update");
  };
  offer();
  r.addEventListener("updatefound", () => r.installing?.addEventListener("statechange", offer));
  let reloaded = false;
  sw.addEventListener("controllerchange", () => {
    if (!reloaded && asked) {
      reloaded = true;
      location.reload();
    }
  });
  setInterval(() => r.update().catch(() => {}), 30 * 60000);
}

let asked = false;

/** Changes to the newer version; the worker refuses while a draft is open. */
export function takeOver() {
  asked = true;
  state.update?.postMessage({ kind: "take-over" });
}

/** Which files of the app are not on the device. @returns {Promise<{version: string, missing: string[]}|null>} */
export async function missingFiles() {
  const r = await navigator.serviceWorker.getRegistration("/tablet");
  const worker = r?.active;
  if (!worker) return null;
  const channel = new MessageChannel();
  const answer = new Promise((done) => { channel.port1.onmessage = (e) => done(e.data); });
  worker.postMessage({ kind: "ready" }, [channel.port2]);
  return Promise.race([answer, new Promise((done) => { setTimeout(done, 5000, null); })]);
}

/** Resolves when this window is the one that works; calls lost when another took over. */
export function onlyOne(lost) {
  return new Promise((ready) => {
    navigator.locks.request("fangxin-window", { steal: true }, () => {
      ready();
      return new Promise(() => {});
    }).catch(() => {
      state.session = null;
      lost();
    });
  });
}

let open = false, release = () => {};

/** While a draft is open, no newer version takes over. */
export function draftOpen() {
  if (open) return;
  open = true;
  navigator.locks.request("fangxin-draft", { mode: "shared" }, () => new Promise((done) => {
    release = done;
    if (!open) done(undefined); // it was closed before the lock was given
  }));
}

export function draftClosed() {
  open = false;
  release();
}
