// The sheet: each item's form is sent as soon as it changes. "Saved" is shown
// only after the server has confirmed; what failed stays in the queue and is
// tried again with the same id, so that nothing is recorded twice.
import { shrink } from "./photo.js";

const state = document.getElementById("save-state");
const answered = document.getElementById("answered");
const score = document.getElementById("score");
const queue = new Map(); // form → { body, tries }
let running = false;

// A UUID of version 7: 48 bits of milliseconds, the rest random.
function id() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  let t = Date.now();
  for (let i = 5; i >= 0; i--) { b[i] = t % 256; t = Math.floor(t / 256); }
  b[6] = 0x70 | (b[6] & 15);
  b[8] = 0x80 | (b[8] & 63);
  const h = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
  return [h.slice(0, 8), h.slice(8, 12), h.slice(12, 16), h.slice(16, 20), h.slice(20)].join("-");
}

function say() {
  if (!queue.size) {
    state.className = "saved";
    state.textContent = state.dataset.saved + " " + new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    return;
  }
  const failed = [...queue.values()].some((q) => q.tries);
  state.className = failed ? "saved no" : "saved";
  state.textContent = (failed ? state.dataset.unsaved : state.dataset.saving) + " (" + queue.size + ")";
}

async function drain() {
  if (running) return;
  running = true;
  for (const [form, entry] of [...queue]) {
    try {
      const r = await fetch(form.action, { method: "POST", body: entry.body, headers: { "X-Autosave": "1" } });
      const a = await r.json();
      if (queue.get(form) !== entry) continue; // changed meanwhile: the newer one follows
      queue.delete(form);
      const gap = form.querySelector("[data-gap]");
      gap.textContent = a.error || a.gap || "";
      gap.className = a.error ? "err" : "hint";
      if (!a.saved) continue;
      photos(form, a.photos);
      sounds(form, a.audio || []);
      if (a.hidden) hide(a.hidden);
      answered.textContent = a.answered + "/" + a.total;
      score.textContent = a.failed ? score.dataset.failed : a.score;
      form.closest(".item").classList.toggle("f", form.elements.verdict?.value === "fail");
    } catch {
      entry.tries++;
    }
  }
  running = false;
  say();
  if (queue.size) setTimeout(drain, 3000);
}

// Items that the answers leave unasked are shown with the condition as long as
// there is no script; with one they come and go as the server says.
function hide(ids) {
  for (const item of document.querySelectorAll(".sheet .item")) item.hidden = ids.includes(item.id);
}
hide([...document.querySelectorAll(".sheet .item[data-unasked]")].map((item) => item.id));

// The photos of an item as the server has them now.
function photos(form, list) {
  const box = form.querySelector("[data-photos]");
  const file = form.elements.photo;
  if (file) file.value = "";
  const have = [...box.querySelectorAll("input[name=photos]")].map((x) => x.value);
  if (have.join() === list.join()) return;
  box.replaceChildren(...list.map((sha) => {
    const span = document.createElement("span");
    const input = Object.assign(document.createElement("input"), { type: "hidden", name: "photos", value: sha });
    const img = Object.assign(document.createElement("img"), { src: "/files/" + sha, alt: "" });
    span.append(input, img);
    return span;
  }));
}

// Its recordings, likewise.
function sounds(form, list) {
  const box = form.querySelector("[data-audio]");
  if (!box) return;
  form.elements.recording.value = "";
  const have = [...box.querySelectorAll("input[name=audio]")].map((x) => x.value);
  if (have.join() === list.join()) return;
  box.replaceChildren(...list.map((sha) => {
    const span = document.createElement("span");
    const input = Object.assign(document.createElement("input"), { type: "hidden", name: "audio", value: sha });
    span.append(input, Object.assign(document.createElement("audio"), { src: "/files/" + sha, controls: true }));
    return span;
  }));
}

async function send(form) {
  const body = new FormData(form);
  body.set("entry", id());
  if (form.elements.photo?.files.length) {
    body.delete("photo");
    for (const f of form.elements.photo.files) body.append("photo", await shrink(f));
  }
  queue.set(form, { body, tries: 0 });
  say();
  drain();
}

for (const form of document.querySelectorAll("form[data-item]")) {
  form.addEventListener("change", (e) => {
    if (e.target.name === "verdict" && e.target.value !== "pass") form.querySelector("details").open = true;
    send(form);
  });
  form.addEventListener("submit", (e) => { e.preventDefault(); send(form); });
}
addEventListener("online", drain);
addEventListener("beforeunload", (e) => { if (queue.size) e.preventDefault(); });
