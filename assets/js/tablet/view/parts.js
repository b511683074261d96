// Parts that several screens share.
import * as db from "../db.js";
import { h, icon } from "../dom.js";
import { emit } from "../state.js";
import { has, lang, load, t } from "../words.js";

/** The switch of the language. */
export function languages() {
  const other = lang() === "en" ? "zh" : "en";
  return h("p", {}, h("button", { class: "pill dark", type: "button", lang: other === "en" ? "en" : "zh-CN", onclick: async () => {
    await db.put("meta", other, "lang");
    await load(document.body.dataset[other], other);
    emit("language");
  } }, icon("globe"), t("app.other_language")));
}

/** A ring that fills with what is done; red when something fails. */
export function ring(done, total, bad) {
  const r = 15.5, length = 2 * Math.PI * r, part = total ? done / total : 1;
  return h("svg:svg", { class: "ring" + (bad ? " over" : ""), viewBox: "0 0 36 36", "aria-hidden": "true", focusable: "false" },
    h("svg:circle", { cx: 18, cy: 18, r, class: "all" }),
    h("svg:circle", { cx: 18, cy: 18, r, class: "part", "stroke-dasharray": `${length * part} ${length}`, transform: "rotate(-90 18 18)" }),
    h("svg:text", { x: 18, y: 21.5, "text-anchor": "middle" }, `${done}/${total}`));
}

/** The word of a state with its colour. */
export const tag = (tone, text) => h("span", { class: "tag " + tone }, text);

/** A problem of the server in words. */
export const cause = (q) => {
  const p = q.problem, known = "app.cause_" + (p?.code === "receipt" ? "receipt" : q.cause);
  return has(known) ? t(known) : p?.detail || p?.title || t("app.cause_unknown");
};
