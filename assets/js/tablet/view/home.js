// The day: visits as list or map, drafts with their progress, and whether the
// tablet is ready for a day without a network.
import * as account from "../account.js";
import * as db from "../db.js";
import * as drafts from "../drafts.js";
import { ask, drawing, empty, fill, h, icon, note } from "../dom.js";
import { prepare, needs } from "../prepare.js";
import { on, state } from "../state.js";
import { load, touched } from "../tally.js";
import { takeOver } from "../worker.js";
import { ago, day, t } from "../words.js";
import { map } from "./map.js";
import { ring, tag } from "./parts.js";

let asMap = false;

/** What is known of each visit, in the order of the day. */
async function overview(who) {
  const list = [];
  for (const v of await drafts.visits(who)) {
    if (v.local?.bin) continue;
    const { held, result } = await load(who, v.inspection);
    const queued = await db.all("outbox", "visit", [who.id, v.inspection]);
    const photos = (await db.all("photos", "visit", [who.id, v.inspection])).filter((p) => p.state !== "sent").length;
    list.push({ v, held, result, at: touched(held), waits: queued.length + photos });
  }
  return list.sort((a, b) => (a.v.due_on || "9").localeCompare(b.v.due_on || "9") || a.v.holder.localeCompare(b.v.holder));
}

/** Where a visit stands, in a word and a colour. */
export function stateOf({ v, held, waits }) {
  if (v.local?.gone) return tag("gone", t("app.state_gone"));
  if (v.local?.finished) return waits ? tag("warn", t("app.state_to_send")) : tag("ok", t("app.state_sent"));
  if (v.state === "sent_back" || v.marks?.length) return tag("warn", t("app.state_sent_back"));
  if (v.local?.started || held.size) return tag("brand", t("app.state_open"));
  return tag("", t("app.state_new"));
}

function card(row, number) {
  const { v, held, result, at } = row;
  return h("li", { class: "visit", data: { visit: v.inspection } },
    h("a", { href: "#/visit/" + v.inspection },
      h("span", { class: "no", "aria-hidden": "true" }, number),
      h("span", { class: "what" }, h("b", {}, v.holder), h("span", {}, v.address), v.local?.gone ? h("span", { class: "err", data: { gone: v.inspection } }, t("app.gone_why", v.local.gone.cause ? t("app.gone_" + v.local.gone.cause) : t("app.gone"), v.local.gone.reason || t("app.gone_no_reason"))) : v.marks?.length && !v.local?.finished ? h("span", { class: "err" }, icon("flag"), t("app.marks", v.marks.length)) : false,
        h("span", { class: "hint" }, v.due_on ? t("app.due", day(v.due_on)) : "", at ? [v.due_on ? " · " : "", t("app.touched", ago(Date.now() - at))] : "")),
      result && held.size ? ring(result.answered, result.total, result.vetoes.length > 0) : false, stateOf(row)));
}

async function readiness(redraw) {
  const box = h("section", { class: "card ready", "aria-labelledby": "ready-title" });
  const draw = async () => {
    const list = await needs();
    const lacking = list.filter((n) => !n.ok);
    box.classList.toggle("no", lacking.length > 0);
    box.dataset.ready = lacking.length ? "no" : "yes";
    fill(box, 
      h("h2", { id: "ready-title" }, icon(lacking.length ? "alert" : "check"), t(lacking.length ? "app.not_ready" : "app.ready")),
      h("p", {}, lacking.length ? t("app.lacks", lacking.map((n) => t("app.need_" + n.id)).join(t("app.and"))) : t("app.ready_hint")),
      h("div", { class: "acts" }, h("button", { class: "btn block", type: "button", id: "prepare", onclick: work }, icon("download"), t("app.prepare"))),
      h("p", {}, h("a", { href: "#/prepare" }, t("app.prepare_details"))));
  };
  const work = async (e) => {
    const button = e.currentTarget;
    button.disabled = true;
    await prepare((id) => fill(button, icon("sync"), t("app.preparing", t("app.need_" + id))));
    await draw();
    redraw();
  };
  await draw();
  return box;
}

function tools() {
  const link = (href, picture, key, count) => h("a", { class: "tool", href }, icon(picture), h("span", {}, t(key)), count ? h("b", {}, count) : false);
  const q = state.queue;
  return h("nav", { class: "tools-grid", "aria-label": t("app.tools") },
    link("#/check", "camera", "app.check_title"), link("#/queue", "upload", "app.queue_title", q.items + q.photos + q.parked), link("#/sent", "doc", "app.sent_title"),
    link("#/bin", "inbox", "app.bin_title"), link("#/promises", "shield", "app.promises_short"));
}

async function handOver() {
  const q = state.queue;
  const f = await ask(t("app.hand_over"), [h("p", {}, t("app.hand_over_hint")), h("p", {}, q.items + q.photos ? t("app.hand_over_queue", q.items, q.photos) : t("app.hand_over_empty"))], { ok: t("app.hand_over_do"), cancel: t("app.cancel") });
  if (f) {
    location.hash = "#/";
    account.lock();
  }
}

export async function view() {
  const who = state.session;
  const body = h("div", { class: "wrap home" });
  const left = h("div", {}), right = h("div", { class: "stack" });
  const redraw = drawing(async () => {
    if (state.session !== who) return;
    const list = await overview(who);
    const open = list.filter((r) => !r.v.local?.gone && !r.v.local?.finished), done = list.filter((r) => r.v.local?.finished && !r.v.local?.gone), gone = list.filter((r) => r.v.local?.gone);
    fill(left, ...[
      state.other && note("warn", t("app.other_session", state.other.name, who.name), h("p", {}, h("button", { class: "btn sec sm", type: "button", onclick: account.lock }, t("app.hand_over")))),
      state.update && note("", t("app.update_ready"), h("p", {}, h("button", { class: "btn sm", type: "button", id: "update", onclick: takeOver }, t("app.update_now")))),
      h("div", { class: "head" }, h("h2", {}, t("app.today"), " ", h("span", { class: "hint num" }, t("app.visits_count", open.length))),
        h("div", { class: "switch", role: "group", "aria-label": t("app.look") }, [["app.list", "list", false], ["app.map", "map", true]].map(([key, picture, value]) =>
          h("button", { type: "button", class: "pill dark", "aria-pressed": String(asMap === value), onclick: () => { asMap = value; redraw(); } }, icon(picture), t(key))))),
      !open.length ? empty("tablet", t("app.none"), t("app.none_hint")) : asMap ? await map(open.map((r) => r.v)) : h("ol", { class: "visits" }, open.map((r, i) => card(r, i + 1))),
      done.length && [h("h2", { class: "mt" }, t("app.finished")), h("ol", { class: "visits" }, done.map((r) => card(r, "")))],
      gone.length && [h("h2", { class: "mt" }, t("app.gone")), h("p", { class: "hint" }, t("app.gone_hint")), h("ol", { class: "visits" }, gone.map((r) => card(r, "")))],
    ].flat(2).filter(Boolean));
  });
  // Before anything is drawn: what arrives while it is must be drawn too.
  const stop = [on("visits", redraw), on("sent", redraw), on("update", redraw)];
  await redraw();
  right.append(await readiness(redraw), tools(), h("section", { class: "card" }, h("h2", {}, icon("user"), who.name), h("p", { class: "hint" }, t("app.yours_only")), h("div", { class: "acts" }, h("button", { class: "btn sec block", type: "button", id: "hand-over", onclick: handOver }, icon("lock"), t("app.hand_over")))));
  body.append(left, right);
  const { languages } = await import("./parts.js");
  return {
    title: t("app.name"), back: "", body, leave: () => stop.forEach((f) => f()),
    head: h("div", { class: "top" }, h("h1", {}, t("app.name"), h("small", {}, who.name + " · " + day(Date.now()))), languages()),
  };
}
