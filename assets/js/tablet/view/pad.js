// A signature drawn with a finger or pen, or the refusal to give one with its
// reason and who saw it.
import { h, icon } from "../dom.js";
import { prepare, redraw } from "../photo.js";
import { t } from "../words.js";

/**
 * Asks for one; null when it was closed.
 * @param {any} ctx {who, visit}
 * @param {string} item id of the item, "" for the sheet itself
 * @param {string} title
 * @param {{name?: string, ask?: boolean}} o ask also asks for the name
 * @returns {Promise<{photo?: any, name: string, refused: string, witness: string}|null>}
 */
export async function drawn(ctx, item, title, { name = "", ask = false }) {
  const { default: SignaturePad } = await import("../../vendor/signature_pad.js");
  return new Promise((done) => {
    let result = null;
    const canvas = h("canvas", { class: "pad", "aria-label": t("tablet.draw_here"), tabindex: "0" });
    const error = h("p", { class: "err", role: "alert" });
    const field = (id, label, value = "", max = 200) => h("div", { class: "field" }, h("label", { for: id }, label), h("input", { class: "inp", id, name: id, maxlength: String(max), autocomplete: "off", value }));
    const form = h("form", { method: "dialog", novalidate: true }, h("h2", { id: "pad-title" }, title), ask ? field("signer", t("tablet.name"), name, 60) : false,
      h("p", { class: "hint" }, t("tablet.draw_here")), canvas, h("p", {}, h("button", { class: "btn ghost sm", type: "button", onclick: () => pad.clear() }, t("tablet.clear"))),
      h("details", {}, h("summary", {}, t("tablet.refuses")), field("refused", t("app.refuse_reason")), field("witness", t("app.witness"), "", 60)), error,
      h("div", { class: "acts" }, h("button", { class: "btn", type: "submit", id: "pad-ok" }, icon("pen"), t("tablet.confirm_signature")), h("button", { class: "btn ghost", type: "button", onclick: () => dialog.close() }, t("app.cancel"))));
    const dialog = h("dialog", { class: "ask wide", "aria-labelledby": "pad-title" }, form);
    form.addEventListener("submit", async (e) => {
      e.preventDefault();
      const value = (id) => form.elements[id]?.value.trim() ?? "";
      const refused = value("refused"), witness = value("witness"), who = ask ? value("signer") : name;
      error.textContent = ask && !who ? t("app.name_missing") : pad.isEmpty() && !refused ? t("app.sign_or_refuse") : pad.isEmpty() && refused && !witness && ask ? t("app.witness_missing") : "";
      if (error.textContent) return;
      let photo;
      if (!pad.isEmpty()) {
        const blob = await new Promise((ok) => canvas.toBlob(ok, "image/png"));
        photo = await prepare(ctx.who, ctx.visit.inspection, item, await redraw(blob));
      }
      result = { photo, name: who, refused: photo ? "" : refused, witness: photo ? "" : witness };
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(result);
    });
    document.body.append(dialog);
    dialog.showModal();
    const ratio = Math.max(devicePixelRatio || 1, 1);
    canvas.width = canvas.offsetWidth * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    const pad = new SignaturePad(canvas, { backgroundColor: "rgb(255,255,255)", penColor: "rgb(20,33,43)" });
  });
}
