// The app of the inspectors' tablet: starts, holds the frame of every screen
// and shows the screen that the address names after "#".
import * as account from "./account.js";
import { band } from "./band.js";
import { fill, h, say } from "./dom.js";
import { nudge, start } from "./loop.js";
import { recall } from "./net.js";
import { forget } from "./photo.js";
import { countQueue, emit, on, state } from "./state.js";
import { onlyOne, register } from "./worker.js";
import * as words from "./words.js";

/** @type {[RegExp, () => Promise<any>, boolean][]} address, module, needs an unlocked person */
const screens = [
  [/^$/, () => import("./view/home.js"), true],
  [/^prepare$/, () => import("./view/prepare.js"), true],
  [/^visit\/([\w-]+)$/, () => import("./view/visit.js"), true],
  [/^visit\/([\w-]+)\/sign$/, () => import("./view/sign.js"), true],
  [/^queue$/, () => import("./view/queue.js"), false],
  [/^sent$/, () => import("./view/sent.js"), true],
  [/^bin$/, () => import("./view/bin.js"), true],
  [/^check$/, () => import("./view/check.js"), true],
  [/^promises$/, () => import("./view/promises.js"), false],
  [/^unlock$/, () => import("./view/unlock.js"), false],
];

const head = document.getElementById("head"), main = document.getElementById("main");
let leave = () => {}, shown = 0;

/** The part of the address that names a screen. */
const route = () => decodeURIComponent(location.hash.replace(/^#\/?/, ""));

async function show() {
  const turn = ++shown, at = route();
  const found = screens.find(([pattern]) => pattern.test(at)) ?? screens[0];
  const locked = found[2] && !state.session;
  const load = locked ? screens.at(-1)[1] : found[1];
  const { view } = await load();
  if (turn !== shown) return;
  leave();
  leave = () => {};
  main.setAttribute("aria-busy", "true");
  const screen = await view(...(locked ? [] : found[0].exec(at)?.slice(1) ?? []));
  if (turn !== shown) return screen.leave?.();
  leave = screen.leave ?? leave;
  document.title = screen.title + " · " + words.t("app.short_name");
  fill(head, ...(screen.head ? [screen.head].flat() : [bar(screen.title, screen.back)]));
  fill(main, ...[screen.body].flat());
  main.removeAttribute("aria-busy");
  // A screen that shows a certain place of itself stays there.
  if (!screen.ready?.() && turn > 1 && !screen.keepFocus) {
    scrollTo(0, 0);
    const title = head.querySelector("h1");
    title?.setAttribute("tabindex", "-1");
    title?.focus({ preventScroll: true });
    say(screen.title);
  }
}

function bar(title, back = "#/") {
  return h("div", { class: "top" },
    back && h("a", { class: "back", href: back, "aria-label": words.t("app.back") }, h("span", { "aria-hidden": "true" }, "‹")),
    h("h1", {}, title, state.session && h("small", {}, state.session.name)));
}

async function boot() {
  const { zh, en } = document.body.dataset;
  const lang = (await import("./db.js")).get("meta", "lang").catch(() => "zh");
  const now = (await lang) === "en" ? "en" : "zh";
  await words.load(now === "en" ? en : zh, now);
  const why = unable();
  if (why) {
    fill(main, h("div", { class: "wrap" }, h("h1", {}, words.t("app.name")), h("div", { class: "note stop" }, h("p", {}, words.t("app.unable_" + why))), h("p", {}, h("a", { class: "btn", href: "/tablet/visits" }, words.t("app.plain_pages")))));
    return;
  }
  await recall();
  document.getElementById("band").replaceWith(band());
  await countQueue();
  // One window at a time: two would not know of each other's writes.
  await onlyOne(() => fill(main, h("div", { class: "wrap" }, h("p", {}, words.t("app.other_window")), h("p", {}, h("button", { class: "btn", onclick: () => location.reload() }, words.t("app.use_here"))))));
  addEventListener("hashchange", show);
  on("session", () => {
    if (!state.session) forget();
    show();
  });
  on("queued", nudge);
  on("language", show);
  await register();
  await show();
  start();
  lockWhenIdle();
}

// unable names what this browser lacks, before anybody starts.
function unable() {
  if (!isSecureContext || !crypto.subtle) return "insecure";
  if (!("serviceWorker" in navigator)) return "worker";
  if (!("indexedDB" in self) || !navigator.locks || !navigator.storage?.estimate) return "storage";
  return "";
}

// A tablet left lying is locked after half an hour; nothing is lost by it.
function lockWhenIdle() {
  let last = Date.now();
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { last = Date.now(); }, { passive: true, capture: true });
  setInterval(() => { if (state.session && Date.now() - last > 30 * 60000) account.lock(); }, 60000);
}

boot().catch((e) => {
  console.error(e);
  const text = words.has("app.broken") ? words.t("app.broken") : document.title;
  fill(main, h("div", { class: "wrap" }, h("p", { role: "alert" }, text), h("p", { class: "mono hint" }, String(e?.message ?? e)), h("p", {}, h("a", { class: "btn", href: "/tablet/visits" }, "/tablet/visits"))));
  emit("broken");
});
