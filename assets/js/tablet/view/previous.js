// The report before, beside the sheet.
import { h } from "../dom.js";
import { day, pick, points, t } from "../words.js";

/** @param {any} visit */
export function previous(visit) {
  const p = visit.previous;
  if (!p) return h("p", { class: "hint mt" }, t("app.no_previous"));
  return h("details", { class: "card previous", id: "previous" }, h("summary", {}, t("app.previous", day(p.at)), " ", h("span", { class: "tag " + (p.passed ? "ok" : "stop") }, t(p.passed ? "app.passed" : "app.not_passed")), " ", h("span", { class: "num" }, points(p.score))),
    p.failed?.length ? h("ul", { class: "found" }, p.failed.map((f) => h("li", {}, h("b", {}, h("span", { class: "id" }, f.item), " ", pick(f.text)), f.note ? h("p", {}, f.note) : false))) : h("p", {}, t("app.previous_clean")));
}
