// One visit: the sheet section by section, with its score so far.
import * as drafts from "../drafts.js";
import { fill, h, icon, note, say } from "../dom.js";
import { fixedAt, locate, metres, plain } from "../place.js";
import { running } from "../sound.js";
import { on, state } from "../state.js";
import { given, load, score } from "../tally.js";
import { follow } from "../trail.js";
import { draftClosed, draftOpen } from "../worker.js";
import { clock, day, moment, pick, points, t } from "../words.js";
import { shown } from "../../score.js";
import { item } from "./item.js";
import { marks } from "./marks.js";
import { ring } from "./parts.js";
import { previous } from "./previous.js";

/** The sections last looked at, by visit: coming back lands where one was. */
const places = new Map();

export async function view(id) {
  const who = state.session;
  const data = await load(who, id);
  if (!data) return { title: t("app.no_visit"), body: h("div", { class: "wrap" }, note("warn", t("app.no_visit_hint"))) };
  const { visit, sheet } = data;
  if (!sheet) return { title: visit.holder, body: h("div", { class: "wrap" }, note("stop", t("app.no_sheet")), h("p", {}, h("a", { class: "btn", href: "#/prepare" }, t("app.prepare")))) };
  const local = visit.local ?? {};
  if (local.gone || local.finished) return closed(data);
  if (!local.started) return before(data);
  return sheetOpen(who, data);
}

const facts = (v) => [v.address, v.due_on ? t("app.due", day(v.due_on)) : ""].filter(Boolean).join(" · ");

function closed({ visit, result, held }) {
  const gone = visit.local.gone;
  return {
    title: visit.holder,
    body: h("div", { class: "wrap" },
      gone ? note("warn", t("app.gone_title"), gone.cause ? t("app.gone_why", t("app.gone_" + gone.cause), gone.reason || t("app.gone_no_reason")) : gone.reason || t("app.gone_no_reason"), t("app.gone_safe")) : note("ok", t("app.finished_at", moment(visit.local.finished.at)), t("app.finished_hint")),
      h("p", {}, t("app.answers_here", held.size, result.answered, result.total)),
      h("div", { class: "acts" }, h("a", { class: "btn", href: `#/visit/${visit.inspection}/sign` }, t("app.see_record")), h("a", { class: "btn ghost", href: "#/sent" }, t("app.sent_title")))),
  };
}

// Before the first item: who is there, where, and what the merchant is told.
function before(data) {
  const { visit } = data;
  const says = h("p", { class: "hint", role: "status" });
  let place = null;
  const reason = h("input", { class: "inp", id: "no-place", maxlength: "200" });
  const begin = h("button", { class: "btn", type: "button", id: "start", onclick: start }, t(visit.state === "sent_back" ? "app.reopen" : "app.start"));
  async function find() {
    says.textContent = t("app.locating");
    try {
      place = await locate();
      const far = visit.position ? metres({ lat: place.lat_e7 / 1e7, lon: place.lng_e7 / 1e7 }, visit.position) : null;
      says.textContent = t("app.located", place.accuracy_m) + (far === null ? "" : " " + t("app.distance", far));
    } catch (e) {
      says.textContent = t("app.place_" + e.message);
      reason.focus();
    }
  }
  async function start() {
    const refused = reason.value.trim();
    if (!place && !refused) {
      says.textContent = t("app.place_or_reason");
      say(says.textContent);
      return;
    }
    begin.disabled = true;
    await drafts.saveStep(state.session, visit.inspection, [{ kind: "start", payload: place ? { place: plain(place), ...fixedAt(place) } : { refused } }], (l) => { l.started = { at: Date.now(), place, refused }; });
    dispatchEvent(new HashChangeEvent("hashchange"));
  }
  return {
    title: visit.holder,
    body: h("div", { class: "narrow" }, h("p", { class: "lede" }, facts(visit)), h("p", {}, t("app.inspectors", visit.lead_name, visit.second_name)),
      visit.reason ? note("warn", visit.reason) : false,
      h("section", { class: "card" }, h("h2", {}, t("tablet.before")), h("ol", { class: "steps" }, ["tablet.step_id", "tablet.step_recuse", "tablet.step_all"].map((k) => h("li", {}, h("b", {}, t(k)))))),
      h("section", { class: "card" }, h("h2", {}, t("app.where")), h("p", {}, t("app.where_hint")), h("div", { class: "acts" }, h("button", { class: "btn sec", type: "button", id: "locate", onclick: find }, icon("gps"), t("app.locate"))), says,
        h("div", { class: "field" }, h("label", { for: "no-place" }, t("app.place_reason")), reason)),
      h("div", { class: "acts" }, begin), h("p", { class: "hint" }, t("app.steps_noted")), previous(visit)),
  };
}

function sheetOpen(who, data) {
  const { visit, sheet, held } = data;
  let result = data.result, asked = shown(sheet, given(held)), current = places.get(visit.inspection) ?? sheet.sections[0].id;
  draftOpen();
  const trail = follow(who, visit);
  const head = h("div", { class: "top fill" }), rail = h("nav", { class: "rail", "aria-label": t("tablet.sections") }), list = h("div", { class: "items" });
  const saved = h("span", { class: "saved", id: "saved", role: "status" });
  const next = h("button", { class: "btn sec", type: "button", id: "next", onclick: jump }, t("tablet.next_missing"));
  const dock = h("div", { class: "dock" }, saved, next, h("a", { class: "btn", id: "to-sign", href: `#/visit/${visit.inspection}/sign` }, t("tablet.sign")));
  const aside = previous(visit), back = h("div", {});
  const body = [h("div", { class: "sheet app" }, rail, h("div", {}, visit.reason ? note("warn", visit.reason) : false, returned(visit), back, list)), dock];

  const ctx = {
    who, visit, sheet, held, lead: visit.lead === who.id,
    gap: (it) => result.missing.find((g) => g.item === it && held.has(it))?.code,
    /** Saves an answer and shows it as saved only after the disk has it. */
    async save(answer, more) {
      const kept = await drafts.saveAnswer(who, visit.inspection, answer, more);
      held.set(kept.item, kept);
      recount();
      return kept;
    },
  };

  function recount() {
    result = score(sheet, given(held));
    const now = shown(sheet, given(held));
    const changed = now.size !== asked.size || [...now].some((x) => !asked.has(x));
    asked = now;
    top();
    sections();
    sentBack();
    if (changed) comeAndGo();
  }

  /** Whether anything of a section is asked, given the answers so far. */
  const visible = (s) => s.items.some((it) => asked.has(it.id));

  function top() {
    const bad = result.vetoes.length;
    fill(head, h("a", { class: "back", href: "#/", "aria-label": t("app.back") }, h("span", { "aria-hidden": "true" }, "‹")),
      h("h1", {}, visit.holder, h("small", {}, [pick(sheet.title), facts(visit)].filter(Boolean).join(" · "))),
      bad ? h("span", { class: "veto", id: "vetoes" }, icon("alert"), t("app.vetoes", bad)) : false,
      h("p", { class: "score", role: "status" }, h("b", { class: "num", id: "score" }, bad ? t("tablet.failed") : points(result.score)), h("small", {}, t(bad ? "app.counted" : "app.so_far", result.answered, result.total), passLine(sheet))));
  }

  /** What the office wants looked at again, on every section. */
  const sentBack = () => fill(back, marks(visit, sheet, held, reveal));

  function sections() {
    fill(rail, ...sheet.sections.filter(visible).map((s) => {
      const r = result.sections.find((x) => x.id === s.id) ?? { answered: 0, total: 0, fails: 0 };
      const left = r.total - r.answered;
      const marked = (visit.marks ?? []).filter((m) => s.items.some((it) => it.id === m.item)).length;
      return h("a", { href: "#", class: r.fails ? "fails" : "", "aria-current": s.id === current ? "true" : undefined, data: { section: s.id }, onclick: (e) => { e.preventDefault(); go(s.id); } },
        ring(r.answered, r.total, r.fails > 0), h("span", {}, pick(s.title), marked ? h("small", { class: "err" }, icon("flag"), t("app.marks", marked)) : false, h("small", {}, r.fails ? t("app.fails", r.fails) : left ? t("app.left", left) : t("app.section_done"))));
    }), h("a", { href: `#/visit/${visit.inspection}/sign`, class: "last" }, ring(result.answered, result.total, false), h("span", {}, t("tablet.sign"), h("small", {}, result.missing.length ? t("tablet.still_missing", result.missing.length) : t("tablet.complete")))));
  }

  const section = () => sheet.sections.find((x) => x.id === current) ?? sheet.sections[0];
  const heading = (s, n) => [pick(s.title), h("small", {}, s.weight ? t("app.items_points", n, points(s.weight)) : t("app.items_count", n))];

  function foot(s) {
    const at = sheet.sections.indexOf(s), after = sheet.sections.slice(at + 1).find(visible);
    return [h("div", { class: "acts" }, after ? h("button", { class: "btn sec", type: "button", onclick: () => go(after.id) }, t("app.next_section", pick(after.title))) : h("a", { class: "btn", href: `#/visit/${visit.inspection}/sign` }, t("tablet.sign"))), ...(at === 0 && aside ? [aside] : [])];
  }

  function items() {
    const s = section(), open = s.items.filter((it) => asked.has(it.id));
    fill(list, h("h2", { tabindex: "-1" }, ...heading(s, open.length)), ...open.map((it) => item(ctx, it)), ...foot(s));
  }

  // What an answer asks or leaves unasked comes and goes; the items between stay
  // as they are, with what is being typed in them and with the focus.
  function comeAndGo() {
    const s = section(), open = s.items.filter((it) => asked.has(it.id)), title = list.firstElementChild;
    const there = new Map([...list.querySelectorAll(":scope > .item")].map((e) => [e.dataset.item, e]));
    for (const [id, e] of there) if (!asked.has(id)) e.remove();
    let last = title;
    for (const it of open) {
      const e = there.get(it.id) ?? item(ctx, it);
      if (!there.has(it.id)) last.after(e);
      last = e;
    }
    fill(title, ...heading(s, open.length));
    while (last.nextSibling) last.nextSibling.remove();
    list.append(...foot(s));
  }

  function go(section) {
    current = section;
    trail.section(section);
    places.set(visit.inspection, section);
    sections();
    items();
    list.querySelector("h2").focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  /** To the first item that is missing something. */
  function jump() {
    const gap = result.missing[0];
    if (!gap) return say(t("tablet.complete"));
    reveal(gap.item);
  }

  function reveal(id) {
    const s = sheet.sections.find((x) => x.items.some((it) => it.id === id));
    if (!s) return false;
    if (s.id !== current) go(s.id);
    const el = document.getElementById("i-" + id);
    el?.scrollIntoView({ block: "center" });
    (el?.querySelector("input:not([type=file]), textarea, button") ?? el)?.focus({ preventScroll: true });
    return Boolean(el);
  }

  function status() {
    const s = state.saved;
    saved.className = "saved" + (s && "error" in s ? " no" : "");
    fill(saved, ...(state.writing ? [t("app.saving")] : !s ? [t("app.saves_itself")] : "error" in s ? [icon("alert"), t("app.not_saved")] : [icon("check"), h("b", {}, t("app.saved_here", clock(s.at))), " ", h("span", { class: "hint" }, t("app.saves_itself"))]));
    saved.dataset.state = state.writing ? "writing" : !s ? "idle" : "error" in s ? "error" : "saved";
  }

  // 1, 2, 3 answer the item in focus; J and K go to the next and the one before.
  function keys(e) {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.matches?.("textarea, select, input:not([type=radio], [type=checkbox])") || document.querySelector("dialog[open]")) return;
    const all = [...list.querySelectorAll(".item")], here = all.indexOf(document.activeElement?.closest(".item"));
    if (e.key === "j" || e.key === "k") {
      const to = all[Math.max(0, Math.min(all.length - 1, here + (e.key === "j" ? 1 : -1)))];
      to?.scrollIntoView({ block: "center" });
      to?.focus({ preventScroll: true });
    } else if (["1", "2", "3"].includes(e.key) && here >= 0) {
      all[here].querySelectorAll(".seg.main input")[Number(e.key) - 1]?.click();
    } else return;
    e.preventDefault();
  }

  async function reload() {
    const fresh = await load(who, visit.inspection);
    if (!fresh || fresh.visit.local?.gone) return dispatchEvent(new HashChangeEvent("hashchange"));
    const busy = list.contains(document.activeElement) && document.activeElement.matches("textarea, input");
    const differs = JSON.stringify(fresh.visit.conflicts) !== JSON.stringify(visit.conflicts) || JSON.stringify(fresh.visit.marks) !== JSON.stringify(visit.marks) || fresh.held.size !== held.size || [...fresh.held].some(([k, a]) => held.get(k)?.entry !== a.entry);
    if (!differs) return;
    Object.assign(visit, fresh.visit);
    for (const [k, a] of fresh.held) held.set(k, a);
    recount();
    if (!busy && !state.writing) items();
  }

  top();
  sections();
  sentBack();
  items();
  status();
  trail.section((sheet.sections.find((s) => s.id === current) ?? sheet.sections[0]).id);
  list.addEventListener("focusin", (e) => trail.item(e.target.closest(".item")?.dataset.item ?? ""));
  list.addEventListener("pointerdown", (e) => trail.item(e.target.closest(".item")?.dataset.item ?? ""), { passive: true });
  addEventListener("keydown", keys);
  const stop = [on("saving", status), on("visits", reload)];
  const want = sessionStorage.getItem("reveal");
  return {
    title: visit.holder, head, body,
    ready: () => {
      if (!want) return false;
      sessionStorage.removeItem("reveal");
      return reveal(want);
    },
    leave: () => {
      removeEventListener("keydown", keys);
      stop.forEach((f) => f());
      running?.stop().catch(() => {});
      trail.end();
      draftClosed();
    },
  };
}

// returned says why a submission was put aside.
const returned = ({ local }) => (local?.returned ? note("stop", t("app.returned", t("app.cause_" + local.returned))) : false);

// passLine is the score to reach, when the sheet has one simple one.
function passLine(sheet) {
  const rule = (sheet.frame.pass ?? []).find((r) => r.metric === "score" && !r.of?.length && r.least);
  return rule ? " · " + t("app.pass_line", points(rule.least)) : "";
}
