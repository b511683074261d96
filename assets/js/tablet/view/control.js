// How an item is answered, by its type. Every change is saved at once.
import { tidy } from "../bytes.js";
import { h, icon } from "../dom.js";
import { locate, plain } from "../place.js";
import { parsePoints, pick, points, t } from "../words.js";
import { drawn } from "./pad.js";

/** @param {(edit: any, o?: any) => Promise<void>} change */
export function control(ctx, it, answer, change) {
  const make = { yesno, test: yesno, graded, number, choice, text, photo: () => h("p", { class: "hint" }, t("app.photo_below")), signature, location: place }[it.type] ?? yesno;
  const own = make(ctx, it, answer, change);
  const exempt = it.na === "allowed" && !["yesno", "test"].includes(it.type) && h("label", { class: "check" }, h("input", { type: "checkbox", checked: answer.verdict === "na", onchange: (e) => change(e.target.checked ? { verdict: "na", score: undefined, number: undefined, choice: undefined, text: undefined } : { verdict: undefined, na_reason: undefined }) }), h("span", {}, t("checklist.verdict.na")));
  return h("div", { class: "control" }, own, exempt);
}

const clear = { score: undefined, number: undefined, choice: undefined, na_reason: undefined };

function yesno(ctx, it, answer, change) {
  const one = (value, kind, picture) => h("label", { class: kind }, h("input", { type: "radio", name: "v-" + it.id, value, checked: answer.verdict === value, onchange: () => change(value === "na" ? { verdict: value } : { verdict: value, na_reason: undefined }) }), h("span", {}, icon(picture), t("checklist.verdict." + value)));
  return h("fieldset", { class: "seg main" }, h("legend", { class: "vh" }, pick(it.text)), one("pass", "y", "check"), one("fail", "n", "x"), it.na === "allowed" ? one("na", "a", "ban") : false);
}

function choice(ctx, it, answer, change) {
  return h("fieldset", { class: "seg main wide" }, h("legend", { class: "vh" }, pick(it.text)), (it.options ?? []).map((o) => h("label", { class: o.fails ? "n" : "" }, h("input", { type: "radio", name: "c-" + it.id, value: o.id, checked: answer.choice === o.id, onchange: () => change({ ...clear, verdict: undefined, choice: o.id }) }), h("span", {}, pick(o.text)))));
}

function graded(ctx, it, answer, change) {
  const steps = it.options?.length ? it.options.map((o) => [o.points, pick(o.text)]) : it.step && it.points / it.step <= 5 ? Array.from({ length: it.points / it.step + 1 }, (_, i) => [it.points - i * it.step, ""]) : null;
  if (!steps) return decimal(it, "score", answer, change, t("tablet.points_of", points(it.points)), (n) => n >= 0 && n <= it.points && (!it.step || n % it.step === 0));
  return h("fieldset", { class: "seg main wide" }, h("legend", { class: "vh" }, pick(it.text)), steps.map(([n, words]) => h("label", { class: n === 0 || n < (it.pass_at ?? 0) ? "n" : "y" }, h("input", { type: "radio", name: "g-" + it.id, value: n, checked: answer.score === n, onchange: () => change({ ...clear, verdict: undefined, score: n }) }), h("span", { class: "num" }, [points(n), words].filter(Boolean).join(" ")))));
}

const number = (ctx, it, answer, change) => decimal(it, "number", answer, change, t("tablet.number") + (it.range?.unit ? ` (${it.range.unit})` : ""), (n) => !it.range || (n >= it.range.min && n <= it.range.max), it.range ? t("app.range", points(it.range.min), points(it.range.max)) : "");

function decimal(it, name, answer, change, label, fits, hint) {
  const id = `d-${it.id}`, error = h("p", { class: "err", id: id + "-e", role: "alert" });
  const box = h("input", { class: "inp short", id, inputmode: "decimal", autocomplete: "off", "aria-describedby": id + "-e", oninput: () => {
    const s = box.value.trim(), n = parsePoints(s);
    if (!s) return change({ [name]: undefined }, { typed: true });
    const ok = n !== null && fits(n);
    error.textContent = ok ? "" : n === null ? t("app.not_a_number") : hint || t("rule.gap_invalid");
    if (ok) change({ [name]: n, verdict: undefined, na_reason: undefined }, { typed: true });
  } });
  box.value = answer[name] === undefined ? "" : points(answer[name]);
  return h("div", { class: "field" }, h("label", { for: id }, label), hint ? h("p", { class: "hint" }, hint) : false, error, box);
}

function text(ctx, it, answer, change) {
  const id = `x-${it.id}`;
  const box = h("textarea", { class: "inp", id, rows: "2", maxlength: "1000", oninput: () => change({ text: tidy(box.value) || undefined, verdict: undefined }, { typed: true }) });
  box.value = answer.text ?? "";
  return h("div", { class: "field" }, h("label", { for: id }, t("tablet.text")), box);
}

function place(ctx, it, answer, change) {
  const says = h("p", { class: "hint", role: "status" });
  const tell = () => { says.textContent = answer.place ? t("app.located", answer.place.accuracy_m) : ""; };
  tell();
  return h("div", {}, h("button", { class: "btn sec", type: "button", onclick: async () => {
    says.textContent = t("app.locating");
    try {
      await change({ place: plain(await locate()), verdict: undefined });
      tell();
    } catch (e) {
      says.textContent = t("app.place_" + e.message);
    }
  } }, icon("gps"), t("app.locate")), says);
}

function signature(ctx, it, answer, change) {
  const says = h("p", { class: "hint" }, answer.signature ? t("app.signed") : answer.refused ? t("app.refused", answer.refused) : "");
  return h("div", {}, h("button", { class: "btn sec", type: "button", onclick: async () => {
    const s = await drawn(ctx, it.id, pick(it.text), {});
    if (!s) return;
    await change({ signature: s.photo?.sha, refused: s.refused || undefined, verdict: undefined }, s.photo ? { photo: s.photo } : {});
    says.textContent = s.photo ? t("app.signed") : t("app.refused", s.refused);
  } }, icon("pen"), t("app.sign_here")), says);
}
