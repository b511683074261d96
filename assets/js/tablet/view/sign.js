// Check and sign: what the sheet comes to, what is missing, the signatures of
// both inspectors and the merchant, and the submission.
import { uuid } from "../bytes.js";
import * as db from "../db.js";
import * as drafts from "../drafts.js";
import { ask, drawing, fill, h, icon, note } from "../dom.js";
import { url } from "../photo.js";
import { on, state } from "../state.js";
import { load } from "../tally.js";
import { draftClosed, draftOpen } from "../worker.js";
import { moment, pick, points, t } from "../words.js";
import { marks } from "./marks.js";
import { drawn } from "./pad.js";

const PARTIES = ["lead", "second", "merchant"];

export async function view(id) {
  const who = state.session;
  const body = h("div", { class: "narrow wide sign" });
  let title = "";
  draftOpen();
  const draw = drawing(async () => {
    const data = await load(who, id);
    if (!data?.sheet) return fill(body, note("warn", t("app.no_visit_hint")));
    title = data.visit.holder;
    fill(body, ...(await parts(who, data, draw)));
  });
  const stop = [on("visits", draw), on("sent", draw)]; // first: what arrives while it is drawn is drawn too
  await draw();
  return { title, back: "#/visit/" + id, body, leave: () => { stop.forEach((f) => f()); draftClosed(); } };
}

async function parts(who, { visit, sheet, held, result }, draw) {
  const hash = await drafts.contentHash(visit, held), local = visit.local ?? {};
  const signed = PARTIES.map((party) => signature(visit, party, hash));
  const conflicts = visit.conflicts?.length ?? 0;
  const complete = !result.missing.length && !conflicts, all = signed.every((s) => s?.holds);
  const ended = local.finished || local.gone;
  const out = [
    table(sheet, result),
    ended ? false : marks(visit, sheet, held, to(visit)),
    complete ? note("ok", t("tablet.complete")) : missing(visit, sheet, result, conflicts),
    h("section", { class: "card" }, h("h2", {}, t("app.signatures")), h("p", { class: "hint" }, t("app.signatures_hint"), " ", h("span", { class: "mono" }, hash.slice(0, 12))),
      h("ul", { class: "parties" }, await Promise.all(PARTIES.map((party, i) => partyRow(who, visit, party, signed[i], { hash, open: complete && !ended, draw }))))),
  ];
  if (!ended) {
    const may = complete && all;
    out.push(h("div", { class: "acts" }, h("button", { class: "btn", type: "button", id: "submit", disabled: !may, onclick: () => submit(who, visit, hash, draw) }, icon("check"), t("app.submit")),
      h("button", { class: "btn ghost", type: "button", id: "discard", onclick: () => discard(who, visit) }, t("app.discard"))), may ? false : h("p", { class: "hint" }, t("app.submit_when")));
  } else if (local.finished) out.push(await proof(who, visit));
  return out.flat().filter(Boolean);
}

function table(sheet, result) {
  const bad = result.vetoes.length > 0;
  return h("div", { class: "tw" }, h("table", { class: "sum" }, h("caption", { class: "vh" }, t("tablet.result")),
    h("thead", {}, h("tr", {}, [t("tablet.sections"), t("tablet.answered"), t("app.score")].map((x, i) => h("th", { scope: "col", class: i ? "num" : "" }, x)))),
    h("tbody", {}, sheet.sections.map((s) => {
      const r = result.sections.find((x) => x.id === s.id);
      return r ? h("tr", {}, h("th", { scope: "row" }, pick(s.title)), h("td", { class: "num" }, `${r.answered}/${r.total}`), h("td", { class: "num" }, `${points(r.score)} / ${points(r.max)}`)) : false;
    })),
    h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, t("app.total")), h("td", {}, bad ? t("app.vetoes", result.vetoes.length) : t("app.no_vetoes")), h("td", { class: "num" }, h("b", { id: "result" }, bad ? t("tablet.failed") : points(result.score)))))));
}

/** Leads from here to an item of the sheet. */
const to = (visit) => (item) => { sessionStorage.setItem("reveal", item); location.hash = "#/visit/" + visit.inspection; };

function missing(visit, sheet, result, conflicts) {
  const name = (id) => { for (const s of sheet.sections) for (const it of s.items) if (it.id === id) return pick(it.text); return ""; };
  const line = (item, why) => h("li", {}, h("button", { class: "link", type: "button", onclick: () => to(visit)(item) }, h("span", { class: "id" }, item), " ", name(item)), h("small", {}, why));
  return h("section", { class: "card warn", id: "missing" }, h("h2", {}, icon("alert"), t("tablet.still_missing", result.missing.length + conflicts)),
    h("ul", { class: "gaps" }, (visit.conflicts ?? []).map((c) => line(c.item, t("app.conflict"))), result.missing.slice(0, 60).map((g) => line(g.item, t("rule.gap_" + g.code)))));
}

// signature is the one that was given here or came from the server, and whether
// it stands under what the sheet says now.
function signature(visit, party, hash) {
  const s = visit.local?.signed?.[party] ?? visit.signatures?.find((x) => x.party === party);
  return s && { ...s, holds: s.hash === hash };
}

async function partyRow(who, visit, party, s, { hash, open, draw }) {
  const name = s?.name ?? (party === "lead" ? visit.lead_name : party === "second" ? visit.second_name : "");
  const picture = s?.drawing ? await url(who, s.drawing) : "";
  const give = async () => {
    const d = await drawn({ who, visit }, "", t("app.party_" + party), { name, ask: true });
    if (!d) return;
    const entry = { party, name: d.name, hash, ...(d.photo ? { drawing: d.photo.sha } : { refused: d.refused, ...(d.witness ? { witness: d.witness } : {}) }) };
    const steps = [{ kind: "signature", payload: entry }];
    if (d.photo) steps.unshift({ kind: "photo", payload: d.photo.payload });
    await drafts.saveStep(who, visit.inspection, steps, (l) => { l.signed = { ...l.signed, [party]: { ...entry, at: Date.now() } }; }, d.photo);
    draw();
  };
  return h("li", { data: { party, signed: s?.holds ? "yes" : "no" } }, h("div", {}, h("b", {}, t("app.party_" + party)), h("span", {}, name),
    s ? h("small", {}, s.refused ? t("app.refused", [s.refused, s.witness].filter(Boolean).join(" · ")) : t("app.signed_at", moment(s.at))) : h("small", {}, t("app.unsigned")),
    s && !s.holds ? h("small", { class: "err" }, icon("alert"), t("app.signed_before")) : false),
  picture ? h("img", { class: "drawing", src: picture, alt: t("app.signature_of", name) }) : false,
  open && !s?.holds ? h("button", { class: "btn sec", type: "button", onclick: give }, icon("pen"), t(s ? "app.sign_again" : "app.sign_here")) : s?.holds ? h("span", { class: "tag ok" }, icon("check"), t("app.signed")) : false);
}

async function submit(who, visit, hash, draw) {
  if (!(await ask(t("app.submit"), [h("p", {}, t("tablet.confirm_submit"))], { ok: t("app.submit"), cancel: t("app.cancel") }))) return;
  const id = uuid();
  await drafts.saveStep(who, visit.inspection, [{ kind: "submit", id, payload: { hash } }], (l) => { l.finished = { at: Date.now(), hash, entry: id }; delete l.returned; });
  draw();
}

// proof shows that the visit is finished here, and "sent" only with receipts.
async function proof(who, visit) {
  const key = [who.id, visit.inspection];
  const [queued, photos, receipts] = await Promise.all([db.count("outbox", "visit", key), db.all("photos", "visit", key), db.all("receipts", "visit", key)]);
  const waits = photos.filter((p) => p.state !== "sent").length, own = receipts.find((r) => r.id === visit.local.finished.entry);
  const sent = own && !queued && !waits;
  return h("section", { class: "card proof", id: "proof", data: { sent: sent ? "yes" : "no" } }, h("h2", {}, icon(sent ? "check" : "upload"), t(sent ? "app.state_sent" : "app.state_to_send")),
    h("p", {}, t("app.local_number"), " ", h("span", { class: "mono" }, visit.local.finished.entry.slice(-12).toUpperCase())),
    sent ? h("p", {}, t("app.proved", receipts.length, moment(own.at), own.n)) : h("p", {}, t("app.to_send", queued, waits)),
    h("p", {}, sent ? h("a", { class: "btn", id: "record", href: `/inspections/${visit.inspection}/record.pdf`, target: "_blank", rel: "noopener" }, icon("doc"), t("app.record_pdf")) : h("span", { class: "hint" }, t("app.record_later"))),
    sent ? h("p", {}, h("a", { class: "btn sec", id: "amend", href: `/desk/inspections/${visit.inspection}/amend` }, icon("pen"), t("app.amend")), " ", h("span", { class: "hint" }, t("app.amend_hint"))) : false);
}

async function discard(who, visit) {
  const reason = h("textarea", { class: "inp", id: "why", name: "why", rows: "2", required: true, maxlength: "200" });
  const f = await ask(t("app.discard"), [h("p", {}, t("app.discard_hint")), h("div", { class: "field" }, h("label", { for: "why" }, t("app.discard_why")), reason)], { ok: t("app.discard_do"), cancel: t("app.cancel"), danger: true });
  const why = String(f?.get("why") ?? "").trim();
  if (!why) return;
  await drafts.discard(who, visit.inspection, why);
  location.hash = "#/";
}
