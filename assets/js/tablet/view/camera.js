// Takes one photo with the camera in the app, so that the record can say that it
// was taken then and there and not chosen from older pictures.
import { fill, h, icon } from "../dom.js";
import { t } from "../words.js";

/**
 * Shows what the camera sees until a picture is taken.
 * @param {string} title
 * @returns {Promise<Blob|null|"none">} null when it was closed, "none" when there is no camera to use
 */
export async function shot(title) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1440 } } });
  } catch {
    return "none";
  }
  const video = h("video", { class: "camera", muted: true, autoplay: true, "aria-label": t("app.camera_view") });
  video.setAttribute("playsinline", "");
  video.srcObject = stream;
  const trigger = h("button", { class: "btn", type: "button", id: "shutter", disabled: true }, icon("camera"), t("app.shutter"));
  const box = h("dialog", { class: "ask wide", "aria-label": title });
  const before = document.activeElement;
  fill(box, h("h2", {}, title), video, h("div", { class: "acts" }, trigger, h("button", { class: "btn ghost", type: "button", onclick: () => box.close() }, t("app.cancel"))));
  document.body.append(box);
  box.showModal();
  return new Promise((done) => {
    let taken = null;
    video.addEventListener("loadeddata", () => {
      trigger.disabled = false;
      trigger.focus();
    });
    trigger.addEventListener("click", async () => {
      trigger.disabled = true;
      const canvas = document.createElement("canvas");
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      canvas.getContext("2d").drawImage(video, 0, 0);
      taken = await new Promise((ok) => canvas.toBlob(ok, "image/jpeg", 0.95));
      box.close();
    });
    box.addEventListener("close", () => {
      for (const track of stream.getTracks()) track.stop();
      box.remove();
      before?.focus?.({ preventScroll: true });
      done(taken);
    });
  });
}
