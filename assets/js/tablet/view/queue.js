// What waits to be sent, of everybody on this tablet: counts, what was put
// aside and why, export of unsent work and import of a file.
import * as db from "../db.js";
import { change } from "../push.js";
import { drawing, fill, h, icon, note } from "../dom.js";
import { sync } from "../loop.js";
import { choose, photosBy } from "../network.js";
import { countQueue, on, state } from "../state.js";
import { moment, size, t } from "../words.js";
import { cause } from "./parts.js";

export async function view() {
  const body = h("div", { class: "narrow queue" });
  const says = h("p", { role: "status", class: "hint", id: "transfer" });
  const draw = drawing(async () => {
    const [people, items, photos, by] = await Promise.all([db.all("accounts"), db.all("outbox"), db.all("photos"), photosBy()]);
    const name = new Map(people.map((p) => [p.id, p.name]));
    const waits = items.filter((q) => q.state === "wait"), parked = [...items, ...photos].filter((q) => q.state === "parked"), pictures = photos.filter((p) => p.state === "wait");
    const foreign = waits.filter((q) => !name.has(q.account));
    fill(body, ...[
      h("p", { class: "lede" }, t("app.queue_hint")),
      h("ul", { class: "tasks" }, people.map((p) => {
        const n = waits.filter((q) => q.account === p.id).length, m = pictures.filter((x) => x.account === p.id);
        return h("li", {}, icon("user"), h("div", {}, h("b", {}, p.name), h("small", {}, t("app.queue_line", n, m.length, size(m.reduce((sum, x) => sum + x.size, 0)))), p.refused ? h("small", { class: "err" }, t("app.ticket_gone")) : false));
      })),
      foreign.length ? note("warn", t("app.foreign", foreign.length)) : false,
      h("div", { class: "acts" }, h("button", { class: "btn", type: "button", onclick: () => sync() }, icon("sync"), t("app.sync_now"))),
      network(by, pictures),
      parked.length ? h("section", { class: "card warn", id: "parked-list" }, h("h2", {}, icon("alert"), t("app.parked", parked.length)), h("p", {}, t("app.parked_hint")),
        h("ul", { class: "tasks flat" }, parked.map((q) => h("li", { data: { parked: q.id ?? q.sha } }, h("div", {}, h("b", {}, t("app.kind_" + (q.kind ?? "photo")), " ", q.item), h("small", {}, `${name.get(q.account) ?? ""} · ${moment(q.at)}`), h("small", { class: "err" }, cause(q))),
          h("button", { class: "btn sec sm", type: "button", onclick: async () => {
            await (q.sealed ? change("outbox", q.seq, again) : change("photos", [q.account, q.sha], again));
            await countQueue();
            sync();
            draw();
          } }, t("app.try_again")))))) : false,
      h("section", { class: "card" }, h("h2", {}, icon("download"), t("app.export_title")), h("p", {}, t("app.export_hint")), says,
        h("div", { class: "acts" }, h("button", { class: "btn sec", type: "button", id: "export", onclick: save }, t("app.export_do")), h("label", { class: "btn ghost", for: "import" }, icon("upload"), t("app.import_do")), h("input", { class: "vh", type: "file", id: "import", accept: ".fangxin", onchange: load })))].filter(Boolean));
  });
  // By which network photos go; what waits for it, why, and the way to send it all the same.
  const network = (by, pictures) => {
    const one = (value) => h("label", {}, h("input", { type: "radio", name: "photos-by", value, checked: by === value, onchange: async () => {
      await choose(value);
      await countQueue();
      if (value === "any") sync();
      draw();
    } }), h("span", {}, t("app.photos_by_" + value)));
    const why = pictures.length ? state.queue.why : "";
    return h("section", { class: "card" + (why ? " warn" : ""), id: "network", data: { why } }, h("h2", {}, icon("image"), t("app.photos_by")), h("p", { class: "hint" }, t("app.photos_by_hint")),
      h("fieldset", { class: "seg" }, h("legend", { class: "vh" }, t("app.photos_by")), one("any"), one("wifi")),
      why ? h("p", { role: "status" }, t("app.photos_held", pictures.length, size(pictures.reduce((sum, x) => sum + x.size, 0)), t("app.photos_why_" + why))) : false,
      why ? h("div", { class: "acts" }, h("button", { class: "btn", type: "button", id: "photos-now", onclick: () => sync({ photos: true }) }, icon("upload"), t("app.photos_now"))) : false);
  };
  const again = (q) => { q.state = "wait"; q.tries = 0; delete q.problem; };
  const save = async () => {
    const { exportUnsent } = await import("../transfer.js");
    const { file, name, items, photos } = await exportUnsent();
    const address = URL.createObjectURL(file);
    h("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    says.textContent = t("app.exported", items, photos, name);
  };
  const load = async (e) => {
    const file = e.target.files[0];
    if (!file) return;
    const { importUnsent } = await import("../transfer.js");
    try {
      const r = await importUnsent(file);
      says.textContent = t("app.imported", r.items, r.photos, r.known);
      await countQueue();
      sync();
      draw();
    } catch (why) {
      says.textContent = t("app.import_failed", t("app.import_" + why.message));
    }
  };
  const stop = [on("queue", draw)]; // first: what arrives while it is drawn is drawn too
  await draw();
  return { title: t("app.queue_title"), back: state.session ? "#/" : "#/unlock", body: [body, state.queue.held ? h("div", { class: "narrow" }, note("", t("app.held", state.queue.held))) : ""].flat(), leave: () => stop.forEach((f) => f()) };
}
