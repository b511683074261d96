// What a day without a network needs, line by line, as it is on the device.
import { fill, h, icon, note } from "../dom.js";
import { needs, prepare } from "../prepare.js";
import { emit } from "../state.js";
import { ago, moment, size, t } from "../words.js";

function detail(n) {
  const [a, b] = n.args ?? [];
  switch (n.id) {
    case "app": return n.ok ? t("app.have_app") : t("app.lack_app", a);
    case "visits": return n.ok ? t("app.have_visits", a, b ? moment(b) : "") : t("app.lack_visits");
    case "sheets": return n.ok ? t("app.have_sheets", a) : t("app.lack_sheets", b);
    case "reports": return n.ok ? t("app.have_reports", a) : t("app.lack_reports");
    case "map": return n.ok ? t("app.have_map", a) : t("app.lack_map");
    case "status": return n.ok ? t("app.have_status", a, b ? ago(Date.now() - Date.parse(b)) : "") : t("app.lack_status");
    case "room": return n.ok ? t("app.have_room", size(a)) : t("app.lack_room", size(a));
  }
  return t((n.ok ? "app.have_" : "app.lack_") + n.id);
}

export async function view() {
  const body = h("div", { class: "narrow prepare" });
  const draw = async (failed = {}) => {
    const list = await needs();
    const lacking = list.filter((n) => !n.ok);
    body.dataset.ready = lacking.length ? "no" : "yes";
    fill(body, 
      note(lacking.length ? "stop" : "ok", h("p", {}, h("b", {}, t(lacking.length ? "app.not_ready" : "app.ready"))), h("p", {}, t(lacking.length ? "app.not_ready_hint" : "app.ready_hint"))),
      h("ul", { class: "tasks needs" }, list.map((n) => h("li", { class: n.ok ? "ok" : "no", data: { need: n.id, ok: String(n.ok) } }, icon(n.ok ? "check" : "x"),
        h("div", {}, h("b", {}, t("app.need_" + n.id)), h("small", {}, detail(n)), failed[n.id] && !n.ok ? h("small", { class: "err" }, failed[n.id]) : false), h("span", { class: "vh" }, t(n.ok ? "app.yes" : "app.no"))))),
      h("div", { class: "acts" }, h("button", { class: "btn", type: "button", id: "prepare", onclick: work }, icon("download"), t("app.prepare")), h("a", { class: "btn ghost", href: "#/" }, t("app.to_visits"))));
  };
  const work = async (e) => {
    const button = e.currentTarget;
    button.disabled = true;
    const failed = await prepare((id) => fill(button, icon("sync"), t("app.preparing", t("app.need_" + id))));
    await draw(failed);
    emit("visits");
    body.querySelector("#prepare")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  };
  await draw();
  return { title: t("app.prepare"), body };
}
