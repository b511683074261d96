// The photos of an item: taken with the camera, kept with the answer in one
// write, shown with what the server has of them.
import * as db from "../db.js";
import { ask, fill, h, icon, say } from "../dom.js";
import { prepare, redraw, url } from "../photo.js";
import { shot } from "./camera.js";
import { t } from "../words.js";

export function photos(ctx, it, answer, change) {
  const box = h("div", { class: "thumbs" }), status = h("p", { class: "hint", role: "status" });
  const input = h("input", { class: "vh", type: "file", id: "ph-" + it.id, accept: "image/*", multiple: true, "aria-label": t("app.from_file"), onchange: take });
  async function take() {
    for (const file of input.files) await keep(file, "file"); // one at a time: cheap tablets have little memory
    input.value = "";
    draw();
  }
  // The camera is the main way: what it sees goes nowhere but into the record.
  async function snap() {
    const got = await shot(t("app.camera_for", it.id));
    if (got === null) return;
    if (got === "none") { // no camera, or none allowed: the system's own way is left
      status.textContent = t("app.camera_none");
      say(status.textContent);
      input.focus();
      return;
    }
    await keep(got, "camera");
    draw();
  }
  async function keep(file, source) {
    status.textContent = t("app.photo_working");
    try {
      const photo = await prepare(ctx.who, ctx.visit.inspection, it.id, await redraw(file), ctx.visit.local?.started?.place, source);
      await change({ photos: [...new Set([...(answer.photos ?? []), photo.sha])], ...(it.type === "photo" ? { verdict: undefined } : {}) }, { photo });
      status.textContent = "";
    } catch (e) {
      status.textContent = t(e?.name === "QuotaExceededError" ? "app.save_full" : "app.photo_failed", e?.message ?? e);
      say(status.textContent);
    }
  }
  async function draw() {
    const list = await Promise.all((answer.photos ?? []).map(async (sha, i) => {
      const [row, address] = await Promise.all([db.get("photos", [ctx.who.id, sha]), url(ctx.who, sha)]);
      const sent = row ? row.state === "sent" : true;
      const refused = ctx.visit.photos?.some((p) => p.sha256 === sha && p.state === "refused");
      return h("figure", { data: { photo: sha, state: row?.state ?? "elsewhere" } },
        address ? h("img", { src: address, alt: t("app.photo_alt", i + 1) }) : h("span", { class: "ghost" }, icon("image"), t("app.photo_elsewhere")),
        h("figcaption", { class: refused ? "err" : "" }, icon(refused ? "alert" : sent ? "check" : row.state === "parked" ? "alert" : "upload"), t(refused ? "app.photo_refused" : sent ? "app.photo_sent" : row.state === "parked" ? "app.photo_parked" : "app.photo_waits")),
        h("button", { class: "pill dark", type: "button", "aria-label": t("app.photo_remove", i + 1), onclick: async () => {
          if (!(await ask(t("app.photo_remove", i + 1), [h("p", {}, t("app.photo_remove_hint"))], { ok: t("tablet.remove"), cancel: t("app.cancel"), danger: true }))) return;
          await change({ photos: answer.photos.filter((x) => x !== sha) });
          draw();
        } }, icon("x")));
    }));
    fill(box, ...list, h("button", { class: "shoot", type: "button", id: "cam-" + it.id, onclick: snap }, icon("camera"), t("app.camera")), h("label", { class: "link from-file", for: "ph-" + it.id }, icon("image"), t("app.from_file")), input);
  }
  draw();
  return h("div", { class: "photos" }, box, status);
}
