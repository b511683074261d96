// Elements without a framework: h("button", {class: "btn", onclick: f}, "…").
// Behaviour is attached to elements, never written as markup: the security
// policy forbids inline scripts and style attributes.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an element. Keys of props that begin with "on" are listeners, "data"
 * is an object for dataset, values false, null and undefined are left out.
 * @param {string} tag "svg:path" makes an SVG element
 * @param {Record<string, any>} [props]
 * @param {...any} kids elements, texts, lists; false, null and undefined are left out
 */
export function h(tag, props = {}, ...kids) {
  const svg = tag.startsWith("svg:");
  const el = svg ? document.createElementNS(SVG, tag.slice(4)) : document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) el.addEventListener(key.slice(2), value);
    else if (key === "data") Object.assign(el.dataset, value);
    else if (!svg && key in el && key !== "list" && key !== "form" && typeof value !== "string") el[key] = value;
    else el.setAttribute(key, value === true ? "" : value);
  }
  el.append(...kids.flat(Infinity).filter(present));
  return el;
}

const present = (k) => k !== false && k !== null && k !== undefined && k !== "";

/** Replaces what an element holds. @param {Element} el @param {...any} kids as for {@link h} */
export function fill(el, ...kids) {
  el.replaceChildren(...kids.flat(Infinity).filter(present));
}

/** A line drawing from the shell, silent for screen readers. @param {string} name */
export function icon(name) {
  const source = document.querySelector(`#icons [data-icon="${name}"] svg`);
  return source ? source.cloneNode(true) : h("span");
}

/** Says something to screen readers. @param {string} text */
export function say(text) {
  const live = document.getElementById("live");
  if (live) live.textContent = text;
}

/** A message with its tone: "", "ok", "warn" or "stop". */
export const note = (tone, ...text) => h("div", { class: `note ${tone}` }, icon({ ok: "check", warn: "alert", stop: "alert" }[tone] ?? "info"), h("div", {}, text.map((x) => (x instanceof Node ? x : h("p", {}, x)))));

/** What stands where nothing is. */
export const empty = (picture, head, body) => h("div", { class: "empty" }, icon(picture), h("p", {}, h("b", {}, head)), h("p", {}, body));

/**
 * Asks in a dialog; resolves with the form's values, or null when closed.
 * @param {string} title @param {Node[]} body @param {{ok: string, cancel: string, danger?: boolean}} words
 * @returns {Promise<FormData|null>}
 */
export function ask(title, body, words) {
  return new Promise((done) => {
    const form = h("form", { method: "dialog" }, h("h2", { id: "ask-title" }, title), body,
      h("div", { class: "acts" }, h("button", { class: words.danger ? "btn danger" : "btn", value: "ok" }, words.ok),
        h("button", { class: "btn ghost", value: "", formnovalidate: true }, words.cancel)));
    const dialog = h("dialog", { class: "ask", "aria-labelledby": "ask-title" }, form);
    dialog.addEventListener("close", () => {
      done(dialog.returnValue === "ok" ? new FormData(form) : null);
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/**
 * A drawing that waits for what it shows: one at a time, and once more when
 * something changed meanwhile, so that an older one never ends last.
 * @param {() => Promise<void>} draw
 */
export function drawing(draw) {
  let running, again = false;
  return () => {
    again = true;
    return (running ??= (async () => {
      try {
        while (again) {
          again = false;
          await draw();
        }
      } finally {
        running = undefined;
      }
    })());
  };
}
