// A badge on a shop front, looked up in the signed list on the device.
import * as db from "../db.js";
import { fill, h, icon, note } from "../dom.js";
import { codeOf, lookup, meant, parse } from "../status.js";
import { ago, moment, t } from "../words.js";

const tones = { valid: "ok", rectifying: "warn", suspended: "warn", revoked: "stop", expired: "gone", withdrawn: "gone", unknown: "stop", mistyped: "warn" };

export async function view() {
  const stored = await db.get("meta", "status");
  const list = stored && (await parse(stored.bytes).catch(() => null));
  const out = h("div", { role: "status", id: "answer" }), camera = h("div", {});
  const age = list ? Date.now() - Date.parse(list.header.at) : 0;
  const box = h("input", { class: "inp", id: "code", name: "code", autocomplete: "off", autocapitalize: "characters", spellcheck: false, required: true, maxlength: "200" });
  const form = h("form", { class: "card" }, h("div", { class: "field" }, h("label", { for: "code" }, t("app.check_code")), h("p", { class: "hint" }, t("app.check_code_hint")), box),
    h("div", { class: "acts" }, h("button", { class: "btn", type: "submit" }, icon("search"), t("app.check_do")), h("button", { class: "btn sec", type: "button", id: "scan", onclick: scan }, icon("camera"), t("app.scan"))), camera);
  let stop = () => {};
  async function answer(text) {
    const code = codeOf(text);
    if (!code) return;
    const { codes, slip } = meant(code);
    let word = "";
    for (const c of codes) word ||= await lookup(list, c);
    word ||= slip ? "mistyped" : "unknown";
    fill(out, h("section", { class: "answer " + (tones[word] ?? "gone"), data: { word } }, h("b", {}, t(word === "mistyped" ? "app.check_mistyped" : "scan." + word)), h("p", { class: "mono" }, code), h("p", {}, t("app.check_as_of", moment(list.header.at), ago(age))), ["unknown", "mistyped"].includes(word) ? h("p", {}, t(word === "unknown" ? "app.check_unknown" : "app.check_mistyped_hint")) : false));
    out.scrollIntoView({ block: "nearest" });
  }
  async function scan() {
    const { scanner } = await import("./scan.js");
    stop();
    stop = await scanner(camera, (text) => { box.value = text; answer(text); });
  }
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    answer(box.value);
  });
  return {
    title: t("app.check_title"), leave: () => stop(),
    body: h("div", { class: "narrow" }, list ? note(age > 3 * 86400000 ? "warn" : "", t("app.check_list", list.header.count, moment(list.header.at), ago(age))) : note("stop", t("app.check_none"), h("p", {}, h("a", { href: "#/prepare" }, t("app.prepare")))), list ? form : false, out),
  };
}
