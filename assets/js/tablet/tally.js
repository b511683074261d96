// What a visit's sheet comes to on this tablet, by the same rules as the
// program's own (score.js).
import { score } from "../score.js";
import * as drafts from "./drafts.js";
import { sheet as stored } from "./refresh.js";

/** @type {Map<string, any>} */
const sheets = new Map();

/** A sheet by its hash; sheets never change. */
export async function sheetOf(hash) {
  if (!sheets.has(hash)) {
    const s = await stored(hash);
    if (!s) return null;
    sheets.set(hash, s);
  }
  return sheets.get(hash);
}

/** The given answers in the sheet's form. @param {Map<string, {answer: any}>} held */
export const given = (held) => [...held.values()].map((h) => h.answer);

/** Everything a screen needs of a visit; null when it is not here. */
export async function load(who, id) {
  const visit = await drafts.visit(who, id);
  if (!visit) return null;
  const [sheet, held] = await Promise.all([sheetOf(visit.sheet_hash), drafts.answers(who, id)]);
  return { visit, sheet, held, result: sheet ? score(sheet, given(held)) : null };
}

/** When a draft was last touched here, ms; 0 for never. */
export const touched = (held) => Math.max(0, ...[...held.values()].map((h) => h.at));

export { score };
