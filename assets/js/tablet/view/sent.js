// The receipts of the server, each checked again when it is shown.
import * as db from "../db.js";
import * as drafts from "../drafts.js";
import { empty, h, icon } from "../dom.js";
import { receiptHolds } from "../receipt.js";
import { state } from "../state.js";
import { moment, t } from "../words.js";

export async function view() {
  const who = state.session, keys = await db.get("meta", "keys");
  const names = new Map((await drafts.visits(who)).map((v) => [v.inspection, v.holder]));
  const list = (await db.all("receipts")).filter((r) => r.account === who.id).sort((a, b) => b.n - a.n);
  const groups = new Map();
  for (const r of list) groups.set(r.inspection, [...(groups.get(r.inspection) ?? []), r]);
  const body = h("div", { class: "narrow" }, h("p", { class: "lede" }, t("app.sent_hint")), list.length ? [...groups].map(([id, rows]) => group(names.get(id) ?? id, rows, keys)) : empty("doc", t("app.sent_empty"), ""));
  return { title: t("app.sent_title"), body };
}

function group(name, rows, keys) {
  const table = h("table", {}, h("thead", {}, h("tr", {}, ["app.what", "app.received", "app.number", "app.signature"].map((k) => h("th", { scope: "col" }, t(k))))));
  const fill = h("tbody");
  table.append(fill);
  const box = h("details", { class: "card", ontoggle: async () => {
    if (!box.open || fill.children.length) return;
    for (const r of rows) {
      const ok = await receiptHolds(r, r, keys);
      fill.append(h("tr", { data: { receipt: r.id, holds: String(ok) } }, h("td", {}, t("app.kind_" + r.kind), " ", h("span", { class: "id" }, r.item)), h("td", {}, moment(r.at)), h("td", { class: "num" }, r.n), h("td", {}, icon(ok ? "check" : "alert"), h("span", { class: "vh" }, t(ok ? "app.holds" : "app.holds_not")), h("span", { class: "mono hint" }, r.sig.slice(0, 10)))));
    }
  } }, h("summary", {}, h("b", {}, name), " ", h("span", { class: "hint" }, t("app.receipts", rows.length))), h("div", { class: "tw" }, table));
  return box;
}
