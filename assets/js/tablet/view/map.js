// The day's visits on a drawing without tiles: counties as dots of the
// schematic map, visits as numbered pins, true to scale among each other.
import * as db from "../db.js";
import { h, note } from "../dom.js";
import { lang, t } from "../words.js";

const W = 760, H = 520, EDGE = 60;

/** @param {any[]} visits */
export async function map(visits) {
  const divisions = await db.get("meta", "divisions");
  const places = new Map((divisions?.places ?? []).map((p) => [p.code, p]));
  const spots = visits.map((v, i) => ({ v, n: i + 1, at: v.position ? [v.position.lon, v.position.lat] : null }));
  const real = spots.filter((s) => s.at);
  if (!real.length) return schematic(spots, places, divisions);
  const middle = (real.reduce((sum, s) => sum + s.at[1], 0) / real.length) * (Math.PI / 180), squeeze = Math.cos(middle);
  const xs = real.map((s) => s.at[0] * squeeze), ys = real.map((s) => s.at[1]);
  const span = Math.max(Math.max(...xs) - Math.min(...xs), (Math.max(...ys) - Math.min(...ys)) * (W / H), 0.01);
  const cx = (Math.max(...xs) + Math.min(...xs)) / 2, cy = (Math.max(...ys) + Math.min(...ys)) / 2;
  const scale = (W - 2 * EDGE) / span;
  const put = (lon, lat) => [W / 2 + (lon * squeeze - cx) * scale, H / 2 - (lat - cy) * scale];
  const kids = [];
  const metres = nice((W / 5 / scale) * 111320), bar = (metres / 111320) * scale;
  kids.push(h("svg:path", { class: "bar", d: `M24 ${H - 24}v8h${bar}v-8` }), h("svg:text", { x: 24, y: H - 32, class: "county" }, metres >= 1000 ? metres / 1000 + " km" : metres + " m"));
  const rest = spots.filter((s) => !s.at);
  return h("div", {}, drawing(kids, real.map((s) => [s, ...put(...s.at)])), rest.length ? note("", t("app.map_without", rest.map((s) => s.v.holder).join(t("app.and")))) : false, legend(spots));
}

// Without positions each visit stands at its county, on the drawing in which
// every city is a cell that holds its counties.
function schematic(spots, places, { columns = 1, rows = 1 } = {}) {
  const fit = (p) => [EDGE + (p.x / columns) * (W - 2 * EDGE), EDGE + (p.y / rows) * (H - 2 * EDGE)];
  const used = new Map(), wanted = new Set();
  const pins = [];
  for (const s of spots) {
    const code = String(s.v.division);
    const p = places.get(code) ?? places.get(code.slice(0, 6)) ?? places.get(code.slice(0, 4) + "00");
    if (!p) continue;
    wanted.add(p.code);
    used.set(p.code, (used.get(p.code) ?? 0) + 1);
    pins.push([s, ...fit(p)]);
  }
  const kids = [...places.values()].filter((p) => p.level >= 2).flatMap((p) => {
    const [x, y] = fit(p);
    return p.level === 2 || wanted.has(p.code) ? [h("svg:circle", { cx: x, cy: y, r: p.level === 2 ? 5 : 4, class: "county" }), h("svg:text", { x: x + 8, y: y - 8, class: "county" }, name(p))] : h("svg:circle", { cx: x, cy: y, r: 2.5, class: "county" });
  });
  return h("div", {}, drawing(kids, pins), legend(spots));
}

const name = (p) => (lang() === "en" ? p.name_en || p.name : p.name);
const nice = (m) => { const p = 10 ** Math.floor(Math.log10(m)); return m >= 5 * p ? 5 * p : m >= 2 * p ? 2 * p : p; };

function drawing(kids, pins) {
  return h("svg:svg", { class: "map", viewBox: `0 0 ${W} ${H}`, role: "group", "aria-label": t("app.map") }, kids,
    apart(pins).map(([s, x, y]) => h("svg:a", { href: "#/visit/" + s.v.inspection, "aria-label": `${s.n} ${s.v.holder}` },
      h("svg:circle", { cx: x, cy: y, r: 24, class: "pin" }), h("svg:text", { x, y: y + 6, "text-anchor": "middle", class: "pin" }, s.n))));
}

// Pins that would cover each other are moved aside.
function apart(pins) {
  const placed = [];
  for (const [s, x0, y0] of pins) {
    let x = x0, y = y0;
    for (let turn = 0; turn < 40 && placed.some(([, px, py]) => Math.hypot(px - x, py - y) < 50); turn++) {
      x = x0 + Math.cos(turn * 2.4) * (14 + turn * 6);
      y = y0 + Math.sin(turn * 2.4) * (14 + turn * 6);
    }
    placed.push([s, Math.min(W - 26, Math.max(26, x)), Math.min(H - 26, Math.max(26, y))]);
  }
  return placed;
}

const legend = (spots) => h("ol", { class: "legend" }, spots.map((s) => h("li", {}, h("a", { href: "#/visit/" + s.v.inspection }, h("b", { class: "no" }, s.n), h("span", {}, s.v.holder, h("small", {}, s.v.address))))));
