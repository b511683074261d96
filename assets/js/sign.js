// Signatures are drawn with a finger or pen; without this script a photo of a
// signed paper does the same.
import SignaturePad from "./vendor/signature_pad.js";

for (const form of document.querySelectorAll("form[data-sign]")) {
  const canvas = form.querySelector("canvas");
  const clear = form.querySelector("[data-clear]");
  canvas.hidden = clear.hidden = false;
  form.querySelector("[data-paper]").hidden = true;
  const ratio = Math.max(devicePixelRatio || 1, 1);
  canvas.width = canvas.offsetWidth * ratio;
  canvas.height = canvas.offsetHeight * ratio;
  canvas.getContext("2d").scale(ratio, ratio);
  const pad = new SignaturePad(canvas, { backgroundColor: "rgb(255,255,255)", penColor: "rgb(20,33,43)" });
  clear.addEventListener("click", () => pad.clear());
  form.addEventListener("submit", () => {
    form.elements.drawing.value = pad.isEmpty() ? "" : pad.toDataURL("image/png");
  });
}
