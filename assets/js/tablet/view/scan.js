// Reads a QR code with the camera: by the browser where it can, by jsQR where
// it cannot. The picture leaves neither the tablet nor this function.
import { fill, h } from "../dom.js";
import { t } from "../words.js";

async function reader() {
  if ("BarcodeDetector" in self && (await BarcodeDetector.getSupportedFormats().catch(() => [])).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video).catch(() => []))[0]?.rawValue ?? "";
  }
  await import("../../vendor/jsQR.js");
  const canvas = document.createElement("canvas"), pen = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const scale = Math.min(1, 800 / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    const image = pen.getImageData(0, 0, canvas.width, canvas.height);
    return self.jsQR(image.data, image.width, image.height, { inversionAttempts: "attemptBoth" })?.data ?? "";
  };
}

/** Shows the camera in a box and calls found for the first code. @returns {Promise<() => void>} stops it */
export async function scanner(box, found) {
  const says = h("p", { class: "hint", role: "status" }, t("app.scan_starting"));
  fill(box, says);
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    says.textContent = t("app.scan_no_camera");
    return () => {};
  }
  const read = await reader();
  const video = h("video", { class: "camera", muted: true, autoplay: true, "aria-label": t("app.scan") });
  video.setAttribute("playsinline", "");
  video.srcObject = stream;
  says.textContent = t("app.scan_hold");
  fill(box, video, says);
  let running = true;
  const stop = () => {
    running = false;
    for (const track of stream.getTracks()) track.stop();
    fill(box);
  };
  const look = async () => {
    if (!running) return;
    const text = video.videoWidth ? await read(video) : "";
    if (text && running) {
      stop();
      found(text);
    } else setTimeout(look, 150);
  };
  look();
  return stop;
}
