// Discarded drafts, kept for thirty days.
import * as drafts from "../drafts.js";
import { empty, fill, h } from "../dom.js";
import { state } from "../state.js";
import { day, t } from "../words.js";

export async function view() {
  const who = state.session, body = h("div", { class: "narrow" });
  const draw = async () => {
    const list = (await drafts.visits(who)).filter((v) => v.local?.bin);
    fill(body, h("p", { class: "lede" }, t("app.bin_hint")), list.length ? h("ul", { class: "tasks" }, list.map((v) => h("li", {}, h("div", {}, h("b", {}, v.holder), h("small", {}, t("app.bin_line", day(v.local.bin.at), v.local.bin.reason)), h("small", {}, t("app.bin_until", day(v.local.bin.at + 30 * 86400000)))),
      h("button", { class: "btn sec", type: "button", onclick: async () => { await drafts.restore(who, v.inspection); draw(); } }, t("app.restore"))))) : empty("inbox", t("app.bin_empty"), ""));
  };
  await draw();
  return { title: t("app.bin_title"), body };
}
