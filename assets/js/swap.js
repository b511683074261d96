// <a data-swap="#id"> and <form data-swap="#id"> replace one part of the page
// by the same part of the answer; data-push also changes the address. Without
// this script they are ordinary links and forms.
import { enhance } from "./form.js";

const running = new WeakMap();

async function swap(el, url, options) {
  const id = el.dataset.swap, target = document.querySelector(id);
  if (!target) { location.href = url; return; }
  running.get(target)?.abort();
  const abort = new AbortController();
  running.set(target, abort);
  target.setAttribute("aria-busy", "true");
  try {
    const r = await fetch(url, { ...options, signal: abort.signal, headers: { Accept: "text/html", "X-Fragment": id.slice(1) } });
    const html = r.headers.get("Content-Type")?.startsWith("text/html");
    const page = html && new DOMParser().parseFromString(await r.text(), "text/html");
    const fresh = page && page.querySelector(id);
    if (!fresh) { location.href = r.url; return; }
    const focused = document.activeElement?.id;
    target.replaceWith(fresh);
    enhance(fresh);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    if (page.title) document.title = page.title;
    if (el.dataset.push !== undefined) history.pushState({}, "", r.url);
    document.getElementById("live")?.replaceChildren(fresh.dataset.say || "");
  } catch (e) {
    if (e.name === "AbortError") return;
    target.removeAttribute("aria-busy");
    if (!options.method) location.href = url; // a form is not sent twice
  }
}

addEventListener("click", (e) => {
  const a = e.target.closest?.("a[data-swap]");
  if (!a || e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
  e.preventDefault();
  swap(a, a.href, {});
});

addEventListener("submit", (e) => {
  const form = e.target.closest("form[data-swap]");
  if (!form || e.defaultPrevented) return;
  e.preventDefault();
  delete form.dataset.sent;
  const data = new FormData(form, e.submitter), url = new URL(e.submitter?.formAction || form.action);
  if (form.method === "get") {
    url.search = new URLSearchParams(data);
    swap(form, url.href, {});
  } else swap(form, url.href, { method: "POST", body: form.enctype === "multipart/form-data" ? data : new URLSearchParams(data) });
});

addEventListener("popstate", () => location.reload());
