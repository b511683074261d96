// One item of the sheet: the answer by its type, note, photos, reason, and
// what a reviewer or another inspector said about it.
import { tidy } from "../bytes.js";
import { lean } from "../drafts.js";
import { fill, h, icon, say } from "../dom.js";
import { pending } from "../state.js";
import { day, pick, points, t } from "../words.js";
import { versions } from "./conflict.js";
import { control } from "./control.js";
import { photos } from "./photos.js";
import { sounding, sounds } from "./sounds.js";

/**
 * @param {any} ctx of the visit
 * @param {any} it checklist.Item
 */
export function item(ctx, it) {
  const answer = { item: it.id, ...(ctx.held.get(it.id)?.answer ?? {}) };
  const el = h("article", { class: "item", id: "i-" + it.id, tabindex: "-1", "aria-labelledby": "t-" + it.id, data: { item: it.id } });
  const gap = h("p", { class: "gap", role: "status" });
  const state = h("span", { class: "mark", "aria-live": "polite" });
  const more = h("div", { class: "more" });
  let timer = 0;

  /** Changes the answer and saves it; words wait until the typing pauses. */
  async function change(edit, o = {}) {
    Object.assign(answer, edit, { audio: ctx.held.get(it.id)?.answer.audio }); // recordings are kept by themselves
    for (const k of Object.keys(answer)) if (answer[k] === undefined) delete answer[k];
    if (o.typed) {
      // From the first letter on nothing is called saved, whatever write ends now.
      latest++;
      delete el.dataset.saved;
      state.className = "mark";
      state.textContent = t("app.saving");
      if (!timer) pending(1);
      clearTimeout(timer);
      timer = setTimeout(() => store(o), 250);
    } else await store(o);
  }

  let latest = 0;
  async function store(o) {
    if (timer) {
      clearTimeout(timer);
      timer = 0;
      pending(-1);
    }
    const turn = ++latest;
    state.className = "mark";
    state.textContent = t("app.saving");
    delete el.dataset.saved;
    try {
      const kept = await ctx.save(lean({ ...answer }), o);
      if (turn !== latest) return;
      state.className = "mark ok";
      fill(state, icon("check"), t("app.saved_item"));
      el.dataset.saved = kept.entry;
      el.dataset.verdict = answer.verdict ?? "";
    } catch (e) {
      state.className = "mark no";
      fill(state, icon("alert"), t("app.not_saved"), " ", h("button", { class: "btn sm sec", type: "button", onclick: () => store(o) }, t("app.try_again")));
      say(t("app.not_saved"));
      if (o.photo) throw e;
    }
    look();
  }

  /** Words that were typed and not yet stored are stored when the field is left. */
  const flush = () => { if (timer) store({ typed: true }); };
  addEventListener("pagehide", flush);

  function look() {
    const bad = failed(it, answer), na = answer.verdict === "na";
    el.classList.toggle("f", bad);
    el.classList.toggle("y", !bad && !na && answered(answer));
    el.classList.toggle("a", na);
    const code = ctx.gap(it.id);
    fill(gap, ...(code ? [icon("info"), t("rule.gap_" + code)] : []));
    const open = bad || na || answer.note || answer.photos?.length || answer.audio?.length || it.evidence?.some((e) => e.on === "always") || wanted;
    more.hidden = !open;
    toggle.hidden = Boolean(open);
    veto.hidden = !(bad && it.flag === "veto");
    reason.hidden = !na;
    quick.hidden = !bad;
  }

  let wanted = false;
  const words = (name, label, rows, max) => {
    const box = h("textarea", { class: "inp", id: `${name}-${it.id}`, rows: String(rows), maxlength: String(max), oninput: (e) => change({ [name]: tidy(e.target.value) || undefined }, { typed: true }), onblur: flush });
    box.value = answer[name] ?? "";
    return [h("div", { class: "field" }, h("label", { for: `${name}-${it.id}` }, label), box), box];
  };
  const [noteField, noteBox] = words("note", t("tablet.note"), 2, 500);
  const [reason] = words("na_reason", t("tablet.na_reason"), 1, 200);
  const veto = h("div", { class: "note stop" }, icon("alert"), h("p", {}, t("app.veto_failed")));
  const quick = h("div", { class: "quick", role: "group", "aria-label": t("app.quick_notes") }, [1, 2, 3, 4].map((n) => h("button", { class: "pill dark", type: "button", onclick: () => {
    const text = t("app.quick_" + n);
    noteBox.value = [noteBox.value.trim(), text].filter(Boolean).join(t("app.and"));
    change({ note: tidy(noteBox.value) }, { typed: true });
  } }, t("app.quick_" + n))));
  const toggle = h("button", { class: "link", type: "button", onclick: () => { wanted = true; look(); noteBox.focus(); } }, icon("plus"), t("app.add_note"));
  const mark = ctx.visit.marks?.find((m) => m.item === it.id);
  const conflict = ctx.visit.conflicts?.find((c) => c.item === it.id);

  const tapes = sounding(it, answer) ? sounds(ctx, it, (kept) => {
    answer.audio = kept.answer.audio;
    el.dataset.saved = kept.entry;
    state.className = "mark ok";
    fill(state, icon("check"), t("app.saved_item"));
    look();
  }) : false;
  more.append(...[veto, quick, noteField, reason, photos(ctx, it, answer, change), tapes].filter(Boolean));
  el.append(
    h("div", { class: "row" },
      h("div", { class: "ask-text" }, h("h3", { id: "t-" + it.id }, h("span", { class: "id" }, it.id), pick(it.text)),
        h("p", { class: "meta" }, it.flag === "veto" ? h("span", { class: "seal" }, t("checklist.flag.veto")) : it.flag === "key" ? h("span", { class: "tag warn" }, t("checklist.flag.key")) : it.flag === "bonus" ? h("span", { class: "tag brand" }, t("checklist.flag.bonus")) : false,
          it.points ? h("span", { class: "hint num" }, t("app.points", points(it.points))) : false, state),
        h("div", { class: "links" }, it.guide && pick(it.guide) ? h("details", {}, h("summary", {}, t("tablet.how")), h("p", { class: "hint" }, pick(it.guide)), it.basis ? h("p", { class: "hint" }, pick(it.basis)) : false) : false, toggle)),
      control(ctx, it, answer, change)),
    ...(mark ? [h("div", { class: "note warn", data: { mark: it.id } }, icon("flag"), h("div", {}, h("p", {}, h("b", {}, t("app.sent_back_note")), " ", mark.note), ctx.visit.due_on ? h("p", {}, t("app.due", day(ctx.visit.due_on))) : false))] : []),
    ...(conflict ? [versions(ctx, it, conflict)] : []), more, gap);
  const held = ctx.held.get(it.id);
  if (held && answered(held.answer)) {
    el.dataset.saved = held.entry;
    el.dataset.verdict = held.answer.verdict ?? "";
    state.className = "mark ok";
    fill(state, icon("check"), t(held.sent ? "app.sent_item" : "app.saved_item"));
  }
  look();
  return el;
}

const answered = (a) => Object.keys(lean(a)).some((k) => !["item", "note", "na_reason"].includes(k));

/** Whether an answer means "not met", by the item's type. */
export function failed(it, a) {
  if (a.verdict === "na") return false;
  switch (it.type) {
    case "graded": return a.score !== undefined ? a.score === 0 || a.score < (it.pass_at ?? 0) : a.verdict === "fail";
    case "number": return a.number !== undefined && it.range && ((it.range.pass_min !== undefined && a.number < it.range.pass_min) || (it.range.pass_max !== undefined && a.number > it.range.pass_max));
    case "choice": return Boolean(it.options?.find((o) => o.id === a.choice)?.fails);
  }
  return a.verdict === "fail";
}
