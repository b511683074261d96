// Small helps for pages that work without them: focus on errors, no double
// submission, autosave, checks as typed, photos made small before upload.

const errors = document.getElementById("errors");
if (errors) errors.focus();

for (const form of document.forms) {
  form.addEventListener("submit", (e) => {
    const ask = e.submitter?.dataset.confirm;
    if (ask && !window.confirm(ask)) { e.preventDefault(); return; }
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
}

for (const select of document.querySelectorAll("select[data-submit]"))
  select.addEventListener("change", () => select.form.requestSubmit());

// Autosave: a form with data-autosave posts itself to that address on change
// and says so in the element named by data-status.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const status = document.getElementById(form.dataset.status);
  const say = (text, bad) => { if (status) { status.textContent = text; status.classList.toggle("no", !!bad); } };
  let running = false, again = false;
  const save = async () => {
    if (running) { again = true; return; }
    running = true;
    say(form.dataset.saving);
    try {
      const r = await fetch(form.dataset.autosave, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-Autosave": "1" } });
      if (r.ok) {
        const v = r.headers.get("X-Version");
        if (v && form.elements.version) form.elements.version.value = v;
        say(form.dataset.saved + " " + new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
      } else say(form.dataset.unsaved, true);
    } catch { say(form.dataset.unsaved, true); }
    running = false;
    if (again) { again = false; save(); }
  };
  form.addEventListener("change", save);
}

// A field with data-check asks that address about its value as it is typed.
for (const input of document.querySelectorAll("input[data-check]")) {
  const out = document.createElement("p");
  out.className = "hint"; out.setAttribute("role", "status");
  input.after(out);
  let timer;
  const ask = async () => {
    if (!input.value.trim()) { out.textContent = ""; return; }
    try {
      const r = await fetch(input.dataset.check + encodeURIComponent(input.value));
      const a = await r.json();
      out.textContent = a.message || "";
      out.className = a.ok ? "saved" : "err";
    } catch { out.textContent = ""; }
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 350); });
  if (input.value) ask();
}

// Photos are redrawn at most 1600 pixels long: small on a bad network, and
// without the place where they were taken.
export async function shrink(file) {
  if (!file.type.startsWith("image/")) return file;
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, 1600 / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale); canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise((ok) => canvas.toBlob(ok, "image/jpeg", 0.8));
    canvas.width = 0;
    return blob ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
  } catch { return file; }
}

for (const input of document.querySelectorAll("input[type=file][data-shrink]"))
  input.addEventListener("change", async () => {
    const list = new DataTransfer();
    for (const f of input.files) list.items.add(await shrink(f));
    input.files = list.files;
    if (input.dataset.shrink === "send") input.form.requestSubmit();
  });
