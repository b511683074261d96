// Who works now: a list of those enrolled here, the PIN, and the way for
// somebody new. This is also the hand-over: nobody's drafts are open.
import * as account from "../account.js";
import { fill, h, icon, note } from "../dom.js";
import { Offline, Refusal } from "../net.js";
import { state } from "../state.js";
import { lang, t } from "../words.js";
import { languages } from "./parts.js";

export async function view() {
  const people = await account.people();
  const body = h("div", { class: "narrow unlock" });
  const show = (...kids) => fill(body, ...kids, h("p", { class: "hint mt" }, h("a", { href: "#/promises" }, t("app.promises_title"))), languages());
  const list = () => show(
    h("p", { class: "lede" }, t(people.length ? "app.who_works" : "app.first_time")),
    h("ul", { class: "people" }, people.map((p) => h("li", {}, h("button", { class: "tile", type: "button", onclick: () => pin(p), data: { person: p.id } }, icon("user"), h("b", {}, p.name))))),
    h("div", { class: "acts" }, h("button", { class: people.length ? "btn sec" : "btn", type: "button", id: "new-person", onclick: newcomer }, icon("plus"), t(people.length ? "app.somebody_else" : "app.set_up"))));
  const newcomer = async () => {
    show(h("p", { role: "status" }, t("app.asking_who")));
    try {
      const who = await account.signedIn();
      const known = people.find((p) => p.id === who.id);
      if (known) return pin(known, true);
      choose(who);
    } catch (e) {
      list();
      const out = e instanceof Refusal && (e.status === 401 || e.status === 403);
      body.prepend(note(out ? "" : "warn", t(out ? "app.sign_in_first" : e instanceof Offline ? "app.enrol_needs_network" : "app.enrol_failed", e.message)));
      if (out) body.querySelector(".acts").append(h("a", { class: "btn", href: "/sign-in?next=/tablet", id: "sign-in" }, t("app.sign_in")));
    }
  };
  const field = (name, label, hint) => h("div", { class: "field" }, h("label", { for: name }, label), hint && h("p", { class: "hint", id: name + "-hint" }, hint),
    h("input", { class: "inp short", id: name, name, type: "password", inputmode: "numeric", autocomplete: "off", maxlength: "12", required: true, "aria-describedby": hint ? name + "-hint" : undefined }));
  const pin = (p, mine = false) => {
    const error = h("p", { class: "err", role: "alert" });
    const form = h("form", { class: "card", id: "pin-form" }, h("h2", {}, icon("user"), p.name), field("pin", t("app.pin")), error,
      h("div", { class: "acts" }, h("button", { class: "btn", type: "submit" }, icon("lock"), t("app.unlock")), h("button", { class: "btn ghost", type: "button", onclick: list }, t("app.not_me"))),
      h("details", {}, h("summary", {}, t("app.pin_forgotten")), h("p", { class: "hint" }, t("app.pin_forgotten_hint")), mine && h("button", { class: "btn sec sm", type: "button", onclick: () => choose(p) }, t("app.pin_new"))));
    form.addEventListener("submit", async (e) => {
      e.preventDefault();
      const button = form.querySelector("[type=submit]");
      button.disabled = true;
      error.textContent = "";
      const r = await account.unlock(p.id, form.elements.pin.value);
      button.disabled = false;
      if (r.ok) return;
      form.elements.pin.select();
      error.textContent = r.wait ? t("app.pin_wait", Math.ceil(r.wait / 1000)) : t("app.pin_wrong", r.left);
    });
    show(form);
    form.elements.pin.focus();
  };
  const choose = (who) => {
    const error = h("p", { class: "err", role: "alert" });
    const form = h("form", { class: "card", id: "enrol-form" }, h("h2", {}, icon("user"), who.name), h("p", {}, t("app.pin_why")),
      field("pin", t("app.pin_choose"), t("app.pin_rule")), field("again", t("app.pin_again")), error,
      h("div", { class: "acts" }, h("button", { class: "btn", type: "submit" }, t("app.enrol")), h("button", { class: "btn ghost", type: "button", onclick: list }, t("app.cancel"))));
    form.addEventListener("submit", async (e) => {
      e.preventDefault();
      const { pin: one, again } = form.elements;
      error.textContent = !account.PIN.test(one.value) ? t("app.pin_rule") : one.value !== again.value ? t("app.pin_differs") : "";
      if (error.textContent) return;
      const button = form.querySelector("[type=submit]");
      button.disabled = true;
      try {
        await account.enrol(who, one.value);
        location.hash = "#/prepare";
      } catch (why) {
        error.textContent = t("app.enrol_failed", why.message);
        button.disabled = false;
      }
    });
    show(form);
    form.elements.pin.focus();
  };
  list();
  // Who has signed in and was never here goes on at once, or with one press.
  if (!people.length || state.other) newcomer();
  else account.signedIn().then((who) => {
    const button = body.querySelector("#new-person");
    if (button && !people.some((p) => p.id === who.id)) fill(button, icon("plus"), t("app.set_up_as", who.name));
  }, () => {});
  return { title: t("app.name"), back: "", body, lang: lang() };
}
