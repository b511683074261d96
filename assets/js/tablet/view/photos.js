// The photos of an item: taken with the camera, kept with the answer in one
// write, shown with what the server has of them.
import * as db from "../db.js";
import { ask, fill, h, icon, say } from "../dom.js";
import { prepare, redraw, url } from "../photo.js";
import { t } from "../words.js";

export function photos(ctx, it, answer, change) {
  const box = h("div", { class: "thumbs" }), status = h("p", { class: "hint", role: "status" });
  const input = h("input", { class: "vh", type: "file", id: "ph-" + it.id, accept: "image/*", capture: "environment", multiple: true, onchange: take });
  async function take() {
    for (const file of input.files) { // one at a time: cheap tablets have little memory
      status.textContent = t("app.photo_working");
      try {
        const photo = await prepare(ctx.who, ctx.visit.inspection, it.id, await redraw(file), ctx.visit.local?.started?.place);
        await change({ photos: [...new Set([...(answer.photos ?? []), photo.sha])], ...(it.type === "photo" ? { verdict: undefined } : {}) }, { photo });
        status.textContent = "";
      } catch (e) {
        status.textContent = t(e?.name === "QuotaExceededError" ? "app.save_full" : "app.photo_failed", e?.message ?? e);
        say(status.textContent);
      }
    }
    input.value = "";
    draw();
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
    fill(box, ...list, h("label", { class: "shoot", for: "ph-" + it.id }, icon("camera"), t("tablet.add_photo")), input);
  }
  draw();
  return h("div", { class: "photos" }, box, status);
}
