// Forms: no double submission, questions before what cannot be undone, saving
// as one goes, checks as one types, buttons beside small numbers.

addEventListener("submit", (e) => {
  const form = e.target, ask = e.submitter?.dataset.confirm;
  if (ask && !window.confirm(ask)) { e.preventDefault(); return; }
  if (form.dataset.sent) { e.preventDefault(); return; }
  form.dataset.sent = "1";
  // A download or an answer in place leaves the page standing: let it be sent again.
  setTimeout(() => delete form.dataset.sent, 4000);
});
// Coming back with the back button shows the page as it was left.
addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.sent; });

addEventListener("change", (e) => {
  if (e.target.matches("select[data-submit]")) e.target.form.requestSubmit();
});

// data-autosave="/address" on a form posts it there on each change, a moment
// after the last key and when the page is left for another, and says so in the
// element whose id is data-status, in the words of data-saving, data-saved,
// data-unsaved and data-elsewhere. The answer's X-Version goes into the field
// "version", so that the next save is about the latest record.
function autosave(form) {
  const status = document.getElementById(form.dataset.status);
  const say = (text, bad) => {
    if (!status) return;
    status.textContent = text;
    status.classList.toggle("no", Boolean(bad));
  };
  let running = false, again = false, timer, leave;
  // Sent while a save is under way the form would carry the version before it.
  form.addEventListener("submit", (e) => {
    if (!running) return;
    e.preventDefault();
    e.stopPropagation();
    const button = e.submitter;
    leave = () => form.requestSubmit(button);
  });
  // Half a telephone number is refused: while somebody types that is no news.
  const save = async (typing) => {
    clearTimeout(timer);
    timer = 0;
    if (running) { again = true; return; }
    running = true;
    say(form.dataset.saving);
    try {
      const data = new FormData(form);
      for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
      const r = await fetch(form.dataset.autosave, { method: "POST", body: new URLSearchParams(data), headers: { "X-Autosave": "1" }, keepalive: true });
      if (r.ok && !r.redirected) {
        const version = r.headers.get("X-Version");
        if (version && form.elements.version) form.elements.version.value = version;
        say(form.dataset.saved + " " + new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
      } else if (typing && r.status === 422) say("");
      else say(r.status === 412 && form.dataset.elsewhere || form.dataset.unsaved, true);
    } catch { say(form.dataset.unsaved, true); }
    running = false;
    if (again) { again = false; save(); } else leave?.();
  };
  form.addEventListener("change", (e) => { if (e.target.type !== "file") save(); });
  form.addEventListener("input", (e) => {
    if (!e.target.matches("textarea, input:not([type]), input[type=text], input[type=tel], input[type=number]")) return;
    clearTimeout(timer);
    timer = setTimeout(() => save(true), 1200);
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden && timer) save(true); });
}

// data-check="/address?value=" on an input asks there about the value as it is
// typed; the answer is {"ok": bool, "message": "…"}.
function check(input) {
  const out = document.createElement("p");
  out.className = "hint";
  out.setAttribute("role", "status");
  input.after(out);
  let timer, latest = 0;
  const ask = async () => {
    const mine = ++latest;
    if (!input.value.trim()) { out.textContent = ""; return; }
    try {
      const answer = await (await fetch(input.dataset.check + encodeURIComponent(input.value))).json();
      if (mine !== latest) return;
      out.textContent = answer.message || "";
      out.className = answer.ok ? "saved" : "err";
    } catch { if (mine === latest) out.textContent = ""; }
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 350); });
  if (input.value) ask();
}

// data-stepper around a number gets a button on either side.
function stepper(box) {
  const input = box.querySelector("input");
  const button = (sign, label, by) => {
    const b = document.createElement("button");
    b.type = "button";
    b.className = "btn sec";
    b.textContent = sign;
    b.setAttribute("aria-label", label);
    b.addEventListener("click", () => {
      if (by < 0) input.stepDown(); else input.stepUp();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    return b;
  };
  input.before(button("−", box.dataset.less, -1));
  input.after(button("+", box.dataset.more, 1));
}

// enhance prepares what is inside root; swap.js calls it for new fragments.
export function enhance(root) {
  root.querySelectorAll("form[data-autosave]").forEach(autosave);
  root.querySelectorAll("input[data-check]").forEach(check);
  root.querySelectorAll("[data-stepper]").forEach(stepper);
}
enhance(document);
