// The recordings of an item: made here, kept with the answer in one write,
// played here, and shown with what the server has of them.
import * as db from "../db.js";
import { lean } from "../drafts.js";
import { ask, fill, h, icon, say } from "../dom.js";
import { url } from "../photo.js";
import { able, left, limits, record, running } from "../sound.js";
import { on } from "../state.js";
import { t } from "../words.js";

/** Whether an item has anything to do with recordings. */
export const sounding = (it, answer) => Boolean(it.evidence?.some((e) => e.kind === "audio") || answer.audio?.length);

const minutes = (s) => Math.floor(s / 60) + ":" + String(Math.floor(s % 60)).padStart(2, "0");

/**
 * @param {any} ctx of the visit
 * @param {any} it checklist.Item
 * @param {(kept: any) => void} after shows what was saved
 */
export function sounds(ctx, it, after) {
  const list = h("ul", { class: "tapes" }), says = h("p", { class: "hint", role: "status" }), clock = h("span", { class: "num" });
  const button = h("button", { class: "btn sec", type: "button", id: "rec-" + it.id, onclick: press });
  const box = h("div", { class: "sounds" }, list, h("div", { class: "acts" }, button, clock), says);
  const latest = () => ctx.held.get(it.id)?.answer ?? { item: it.id };
  const mine = () => running?.inspection === ctx.visit.inspection && running.item === it.id;

  // The answer may have changed while the recording ran, in another copy of
  // this item on the screen too: it is added to what is held now.
  async function keep(photo) {
    const kept = await ctx.save(lean({ ...latest(), audio: [...new Set([...(latest().audio ?? []), photo.sha])] }), { photo });
    after(kept);
    draw();
    return kept;
  }

  async function press() {
    button.disabled = true;
    says.textContent = "";
    try {
      if (mine()) {
        says.textContent = t("app.saving");
        await running.stop();
        says.textContent = t("app.sound_kept");
      } else await record(ctx.who, ctx.visit.inspection, it.id, keep);
    } catch (e) {
      says.textContent = t(e?.name === "NotAllowedError" || e?.name === "NotFoundError" ? "app.sound_no_microphone" : e?.name === "QuotaExceededError" ? "app.save_full" : "app.sound_failed", e?.message ?? e);
      say(says.textContent);
    }
    button.disabled = false;
    look();
  }

  let timer = 0;
  function look() {
    clearTimeout(timer);
    const now = mine();
    box.dataset.recording = String(now);
    fill(button, icon(now ? "check" : "mic"), t(now ? "app.sound_stop" : latest().audio?.length ? "app.sound_more" : "app.sound_record"));
    button.className = now ? "btn danger" : "btn sec";
    clock.textContent = now ? minutes((Date.now() - running.since) / 1000) + " / " + minutes(limits().seconds) : "";
    if (now && box.isConnected) timer = setTimeout(look, 1000);
  }

  async function draw() {
    fill(list, await Promise.all((latest().audio ?? []).map(async (sha, i) => {
      const [row, address] = await Promise.all([db.get("photos", [ctx.who.id, sha]), url(ctx.who, sha, "")]);
      const sent = !row || row.state === "sent", parked = row?.state === "parked", refused = ctx.visit.photos?.some((p) => p.sha256 === sha && p.state === "refused");
      return h("li", { data: { sound: sha, state: row?.state ?? "elsewhere" } },
        address ? h("audio", { src: address, controls: true, preload: "metadata", "aria-label": t("app.sound_number", i + 1) }) : h("span", {}, t("app.sound_number", i + 1), " · ", t("app.photo_elsewhere")),
        h("span", { class: refused ? "err" : "hint" }, icon(refused || parked ? "alert" : sent ? "check" : "upload"), t(refused ? "app.sound_refused" : parked ? "app.photo_parked" : sent ? "app.photo_sent" : "app.photo_waits")),
        h("button", { class: "btn ghost sm", type: "button", "aria-label": t("app.sound_remove", i + 1), onclick: async () => {
          if (!(await ask(t("app.sound_remove", i + 1), [h("p", {}, t("app.sound_remove_hint"))], { ok: t("tablet.remove"), cancel: t("app.cancel"), danger: true }))) return;
          after(await ctx.save(lean({ ...latest(), audio: latest().audio.filter((x) => x !== sha) }), {}));
          draw();
        } }, icon("x")));
    })));
    look();
  }

  // What a run of the app that was killed had recorded is kept now.
  async function recover() {
    if (mine() || ctx.visit.local?.finished) return;
    const photo = await left(ctx.who, ctx.visit.inspection, it.id);
    if (!photo) return;
    await keep(photo);
    says.textContent = t("app.sound_recovered");
    say(says.textContent);
  }

  if (!able()) {
    says.textContent = t("app.sound_unable");
    button.hidden = true;
  }
  const stop = on("recording", () => (box.isConnected ? look() : stop()));
  draw();
  recover().catch((e) => console.warn("recording:", e?.message));
  return box;
}
