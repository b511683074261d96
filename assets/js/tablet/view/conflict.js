// Two inspectors answered one item differently: both versions are kept, side by
// side, and the lead decides which one counts.
import * as drafts from "../drafts.js";
import { h, icon } from "../dom.js";
import { state } from "../state.js";
import { moment, pick, points, t } from "../words.js";

const says = (it, a) => [
  a.verdict && t("checklist.verdict." + a.verdict), a.score !== undefined && points(a.score), a.number !== undefined && points(a.number) + " " + (it.range?.unit ?? ""),
  a.choice && pick(it.options?.find((o) => o.id === a.choice)?.text), a.text, a.na_reason, a.note, a.photos?.length && t("app.photos_count", a.photos.length), a.audio?.length && t("app.sounds_count", a.audio.length),
].filter(Boolean).join(" · ") || "—";

export function versions(ctx, it, conflict) {
  const name = (by) => (by === ctx.visit.lead ? ctx.visit.lead_name : by === ctx.visit.second ? ctx.visit.second_name : "");
  return h("section", { class: "versions", "aria-label": t("app.conflict"), data: { conflict: conflict.id } }, h("p", {}, icon("team"), h("b", {}, t("app.conflict")), " ", t(ctx.lead ? "app.conflict_choose" : "app.conflict_wait")),
    h("ul", {}, conflict.versions.map((v) => h("li", { data: { version: v.entry } }, h("p", { class: "hint" }, name(v.by) + " · " + moment(v.device_at ?? v.at)), h("p", {}, says(it, v.answer)),
      ctx.lead ? h("button", { class: "btn sm", type: "button", onclick: async (e) => {
        e.currentTarget.disabled = true;
        await drafts.resolve(state.session, ctx.visit.inspection, conflict, v);
      } }, t("app.conflict_keep")) : false))));
}
