// The line under the head of every screen: the network as the last request
// found it, what waits, what is wrong.
import { fill, h, icon } from "./dom.js";
import { sync } from "./loop.js";
import { link, skew } from "./net.js";
import { on, state } from "./state.js";
import { t } from "./words.js";

const SKEW = 5 * 60000; // a clock wrong by more is said aloud

/** How many things wait, in words. */
export function waiting() {
  const { items, photos } = state.queue;
  if (!items && !photos) return t("app.nothing_waits");
  return photos ? t("app.waits_photos", items, photos) : t("app.waits", items);
}

function words() {
  const busy = state.queue.items + state.queue.photos > 0;
  switch (link.state) {
    case "offline": return ["", "offline", t("app.link_offline")];
    case "server": return ["", "clock", t("app.link_server")];
    case "signin": return ["", "lock", t(busy ? "app.link_signin" : "app.link_signin_sent")];
    case "ok": if (state.queue.stuck) return ["", "lock", t("app.link_stuck")];
      if (state.queue.why && state.queue.photos && !state.queue.items) return ["ok", "image", t("app.photos_wait_" + state.queue.why)];
      return busy ? ["ok", "sync", t(state.sending ? "app.link_sending" : "app.link_waiting")] : ["ok", "check", t("app.link_ok")];
  }
  return ["plain", "sync", t("app.link_unknown")];
}

export function band() {
  const box = h("section", { class: "bands", id: "band" });
  const line = h("div", { class: "band", role: "status" });
  const more = h("div", {});
  box.append(line, more);
  const draw = () => {
    box.setAttribute("aria-label", t("app.band"));
    const [tone, picture, text] = words();
    line.className = "band " + tone;
    line.dataset.link = link.state;
    line.dataset.sending = String(state.sending);
    line.dataset.items = String(state.queue.items);
    line.dataset.photos = String(state.queue.photos);
    fill(line, icon(picture), h("span", {}, text), h("a", { class: "sp", href: "#/queue" }, waiting()),
      link.state === "signin" ? h("a", { class: "btn sm", href: "/sign-in?next=/tablet" }, t("app.sign_in")) : h("button", { class: "btn sm sec", type: "button", onclick: () => sync() }, icon("sync"), h("span", {}, t("app.sync_now"))));
    const extra = [];
    if (state.queue.parked) extra.push(h("a", { class: "band stop", href: "#/queue", id: "parked" }, icon("alert"), h("span", {}, t("app.parked", state.queue.parked))));
    if (Math.abs(skew()) > SKEW) extra.push(h("p", { class: "band stop", id: "skew" }, icon("clock"), h("span", {}, t(skew() > 0 ? "app.clock_fast" : "app.clock_slow", Math.round(Math.abs(skew()) / 60000)))));
    if (state.saved && "error" in state.saved) extra.push(h("p", { class: "band stop", role: "alert", id: "save-error" }, icon("alert"), h("span", {}, t(state.saved.error === "full" ? "app.save_full" : "app.save_failed", state.saved.error))));
    fill(more, ...extra);
  };
  for (const name of ["link", "queue", "language", "session"]) on(name, draw);
  // Of a save this line shows only that it failed, or no longer does.
  const failure = () => state.saved && "error" in state.saved ? state.saved.error : "";
  let said = failure();
  on("saving", () => {
    if (failure() === said) return;
    said = failure();
    draw();
  });
  draw();
  return box;
}
