// What a reviewer sent back: the items, what is to be done at each, and which
// were not touched since.
import { h, icon } from "../dom.js";
import { day, pick, t } from "../words.js";

/** The marks whose item still says what it said when the sheet came back. @param {any} visit @param {Map<string, {entry: string}>} held */
export const untouched = (visit, held) => (visit.marks ?? []).filter((m) => (visit.local?.marked?.[m.item] ?? "") === (held.get(m.item)?.entry ?? ""));

/**
 * The list of them, with the way to each; false when none was sent back.
 * @param {(item: string) => void} to
 */
export function marks(visit, sheet, held, to) {
  if (!visit.marks?.length) return false;
  const left = new Set(untouched(visit, held).map((m) => m.item));
  const name = (id) => { for (const s of sheet.sections) for (const it of s.items) if (it.id === id) return pick(it.text); return ""; };
  return h("section", { class: "card" + (left.size ? " warn" : ""), id: "marks", data: { left: left.size } },
    h("h2", {}, icon(left.size ? "flag" : "check"), left.size ? t("app.marks_left", visit.marks.length, left.size) : t("app.marks_done", visit.marks.length)),
    visit.due_on ? h("p", {}, t("app.due", day(visit.due_on))) : false,
    h("ul", { class: "gaps" }, visit.marks.map((m) => h("li", { data: { answers: m.item, touched: left.has(m.item) ? "no" : "yes" } },
      h("button", { class: "link", type: "button", onclick: () => to(m.item) }, h("span", { class: "id" }, m.item), " ", name(m.item)),
      h("small", {}, m.note), h("small", { class: left.has(m.item) ? "mark no" : "mark ok" }, icon(left.has(m.item) ? "alert" : "check"), t(left.has(m.item) ? "app.mark_open" : "app.mark_done"))))),
    left.size ? h("p", { class: "hint" }, t("app.marks_hint")) : false);
}
