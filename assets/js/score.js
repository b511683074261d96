// The scoring of a sheet, equal to the program's own (internal/checklist) to
// the last hundredth: score(sheet, answers) is the JSON of its Result, keys in
// the same order. A test holds the two against each other in a browser, with
// the shared vectors and with thousands of drawn answers.
//
// Points, percentages, measured numbers and counts in rules are whole
// hundredths (6 points = 600). Nothing is computed with fractions.

// The version of the sheet's JSON that this code knows.
export const FORMAT = 1;

// a×b÷c rounded half up, exactly: the product may exceed 2⁵³.
function ratio(a, b, c) {
  return Number((2n * BigInt(a) * BigInt(b) + BigInt(c)) / (2n * BigInt(c)));
}

const P = (n) => n * 100;
const blank = (s) => !s || !/[^\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(s);
const given = (v) => v !== undefined && v !== null;
const some = (list) => Array.isArray(list) && list.length > 0;
const capped = (p, limit) => (given(limit) && p > limit ? limit : p);

// Sorted by code points, as the program sorts its UTF-8.
function sorted(ids) {
  const points = (s) => [...s].map((c) => c.codePointAt(0));
  return [...ids].sort((a, b) => {
    const x = points(a), y = points(b);
    for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i] - y[i];
    return x.length - y.length;
  });
}

const unanswered = () => ({ verdict: "", earned: 0, gaps: [] });
const invalid = () => ({ verdict: "", earned: 0, gaps: ["invalid"] });

// An answer as the engine sees it; an empty verdict is unanswered.
function judge(it, a) {
  if (a.verdict === "na") {
    if (it.na !== "allowed") return { verdict: "", earned: 0, gaps: ["na_not_allowed"] };
    return { verdict: "na", earned: 0, gaps: blank(a.na_reason) ? ["na_reason"] : [] };
  }
  const o = value(it, a);
  for (const e of it.evidence || []) {
    if (o.verdict && (e.on === "always" || e.on === o.verdict) && !has(a, e.kind)) o.gaps.push(e.kind);
  }
  return o;
}

function has(a, kind) {
  if (kind === "photo") return some(a.photos);
  if (kind === "audio") return some(a.audio);
  return !blank(a.note);
}

function value(it, a) {
  const yes = (there, passed) =>
    !there ? unanswered() : { verdict: passed ? "pass" : "fail", earned: passed ? it.points : 0, gaps: [] };
  switch (it.type) {
    case "graded":
      return grade(it, a);
    case "number": {
      if (!given(a.number)) return unanswered();
      const n = a.number, r = it.range;
      if (!r || !Number.isSafeInteger(n) || n < r.min || n > r.max) return invalid();
      return yes(true, (!given(r.pass_min) || n >= r.pass_min) && (!given(r.pass_max) || n <= r.pass_max));
    }
    case "choice": {
      for (const o of it.options || []) {
        if (o.id === (a.choice || "")) return { verdict: o.fails ? "fail" : "pass", earned: o.points, gaps: [] };
      }
      return a.choice ? invalid() : unanswered();
    }
    case "text":
      return yes(!blank(a.text), true);
    case "photo":
      return yes(some(a.photos), true);
    case "signature":
      return yes(!!a.signature || !blank(a.refused), true);
    case "location":
      return yes(given(a.place), true);
  }
  if (a.verdict && a.verdict !== "pass" && a.verdict !== "fail") return invalid();
  return yes(!!a.verdict, a.verdict === "pass");
}

function grade(it, a) {
  let n = it.points;
  if (given(a.score)) n = a.score;
  else if (a.verdict === "fail") n = 0;
  else if (!a.verdict) return unanswered();
  else if (a.verdict !== "pass") return invalid();
  if (!allows(it, n)) return invalid();
  return { verdict: n === 0 || n < (it.pass_at || 0) ? "fail" : "pass", earned: n, gaps: [] };
}

function allows(it, n) {
  if (!Number.isSafeInteger(n)) return false;
  if (some(it.options)) return it.options.some((o) => o.points === n);
  return n >= 0 && n <= it.points && (!it.step || n % it.step === 0);
}

// Count the sheet's sections; this is what score and shown stand on.
function count(sheet, answers) {
  if (sheet.format !== FORMAT) throw new Error("sheet of format " + sheet.format + ", this version reads " + FORMAT);
  const s = { sheet, given: new Map(), twice: new Set(), seen: new Map(), parts: [], missing: [], total: 0, answered: 0, vetoes: [], key: [], general: [] };
  for (const a of answers || []) {
    if (s.given.has(a.item)) s.twice.add(a.item);
    s.given.set(a.item, a);
  }
  for (const id of s.twice) s.given.delete(id);
  for (const sec of sheet.sections) section(s, sec);
  return s;
}

function section(s, sec) {
  const f = s.sheet.frame, plain = f.method === "defects" || f.method === "conditions";
  const t = { sec, answered: 0, total: 0, fails: 0, score: 0, max: 0, raw: 0, avail: 0, full: 0, sum: 0, numbers: 0,
    keyFails: 0, genFails: 0, genTotal: 0, key: 0, real: 0, minMet: true };
  s.parts.push(t);
  const open = visible(s, sec.when);
  for (const it of sec.items || []) {
    const worth = plain ? P(1) : it.points;
    t.full += worth;
    if (!open || !visible(s, it.when)) continue;
    const a = s.given.get(it.id);
    const o = a ? judge(it, a) : unanswered();
    if (s.twice.has(it.id)) o.gaps.push("duplicate");
    s.seen.set(it.id, o);
    if (!o.verdict && !o.gaps.length && it.flag !== "bonus" && !f.sampled) o.gaps.push("unanswered");
    for (const code of o.gaps) s.missing.push({ item: it.id, code });
    if (worth !== it.points && o.verdict === "pass") o.earned = worth;
    add(t, it, a, o, worth, f.sampled);
    if (o.verdict === "fail") {
      if (it.flag === "veto") s.vetoes.push(it.id);
      else if (it.flag === "key") s.key.push(it.id);
      else if (it.flag === "ordinary") s.general.push(it.id);
    }
    if (it.flag !== "bonus") {
      s.total++;
      if (o.verdict) s.answered++;
    }
  }
}

function add(t, it, a, o, worth, sampled) {
  t.total++;
  if (o.verdict) t.answered++;
  if (o.verdict === "na" || (sampled && !o.verdict)) return;
  if (t.sec.role === "deduction") {
    if (o.verdict === "fail") t.raw += worth;
  } else {
    t.raw += o.earned;
  }
  t.avail += worth;
  if (it.type === "number" && a && given(a.number) && o.verdict) {
    t.sum += a.number;
    t.numbers++;
  }
  if (it.flag === "ordinary") t.genTotal++;
  if (!o.verdict || it.flag === "bonus") return;
  t.real++;
  if (it.flag !== "ordinary") t.key++;
  if (o.verdict === "fail") {
    t.fails++;
    if (it.flag === "key") t.keyFails++;
    else if (it.flag === "ordinary") t.genFails++;
  }
}

// Skip logic; a sheet only refers to earlier items.
function visible(s, when) {
  if (!when) return true;
  const o = s.seen.get(when.item);
  if (!o || !o.verdict) return false;
  const choice = s.given.get(when.item)?.choice;
  return (when.is || []).some((is) => is === o.verdict || (!!choice && is === choice && o.verdict !== "na"));
}

// The ids of the items to be asked, given these answers; the others are hidden
// by skip logic, and answers to them do not count.
export function shown(sheet, answers) {
  return new Set(count(sheet, answers).seen.keys());
}

// The section's points, scaled to its weight.
function weigh(t, f) {
  const weight = f.method === "points" ? t.sec.weight : t.full;
  if (t.full === 0 || weight === 0) return;
  if (t.sec.role !== "base") {
    t.score = ratio(t.raw, weight, t.full);
    t.max = weight;
  } else if (f.excluded !== "section") {
    t.score = ratio(t.raw, weight, t.full);
    t.max = ratio(t.avail, weight, t.full);
  } else if (t.avail > 0) {
    t.score = ratio(t.raw, weight, t.avail);
    t.max = weight;
  }
}

const covers = (rule, sec) =>
  !some(rule.of) || rule.of.some((of) => of === sec.id || of === sec.module || of === "kind:" + sec.kind);
const holds = (rule, have) => (!given(rule.least) || have >= rule.least) && (!given(rule.most) || have <= rule.most);

// One metric of the counted sheet; state is "", "absent" or "empty".
function measure(s, res, rule) {
  const m = { base: 0, most: 0, bonus: 0, fails: 0, key: 0, gen: 0, genTotal: 0, answered: 0, keyAnswered: 0 };
  let found = false;
  for (const t of s.parts) {
    if (!covers(rule, t.sec)) continue;
    found = true;
    if (t.sec.role === "base") {
      m.base += t.score;
      m.most += t.max;
    } else if (t.sec.role === "bonus") m.bonus += t.score;
    m.fails += P(t.fails);
    m.key += P(t.keyFails);
    m.gen += P(t.genFails);
    m.genTotal += P(t.genTotal);
    m.answered += P(t.real);
    m.keyAnswered += P(t.key);
  }
  if (!found) return [0, "absent"];
  switch (rule.metric) {
    case "score": return [res.score, ""];
    case "percent": return m.most === 0 ? [0, "empty"] : [ratio(m.base, P(100), m.most), ""];
    case "base": return m.most === 0 ? [0, "empty"] : [m.base, ""];
    case "points": return [m.base + capped(m.bonus, s.sheet.frame.bonus_cap), ""];
    case "fails": return [m.fails, ""];
    case "key_fails": return [m.key, ""];
    case "general_fails": return [m.gen, ""];
    case "general_defect": return [m.genTotal === 0 ? 0 : ratio(m.gen, P(100), m.genTotal), ""];
    case "answered": return [m.answered, ""];
    case "key_answered": return [m.keyAnswered, ""];
  }
  return [0, "empty"];
}

// The rule with its keys in the program's order.
function ruleJSON(r) {
  const out = { metric: r.metric };
  if (some(r.of)) out.of = r.of;
  if (given(r.least)) out.least = r.least;
  if (given(r.most)) out.most = r.most;
  if (r.if_present) out.if_present = true;
  return out;
}

function reason(rule, have, state) {
  const least = given(rule.least), most = given(rule.most);
  let code = "empty", need = least ? rule.least : most ? rule.most : 0;
  if (!state) {
    code = "below";
    if (most && have > rule.most) [code, need] = ["above", rule.most];
  }
  return { code, metric: rule.metric, ...(some(rule.of) ? { of: rule.of } : {}), have, need };
}

// The result of a sheet. It never fails on an answer: impossible ones are
// reported as missing. While something is missing it is provisional.
export function score(sheet, answers) {
  const s = count(sheet, answers), f = sheet.frame;
  const known = new Set(sheet.sections.flatMap((sec) => (sec.items || []).map((it) => it.id)));
  for (const list of [s.given.keys(), s.twice]) {
    for (const id of sorted(list)) if (!known.has(id)) s.missing.push({ item: id, code: "unknown_item" });
  }
  const res = { score: 0, base: 0, base_max: 0, scaled: 0, percent: 0, bonus: 0, bonus_raw: 0, deduction: 0, defect_pct: 0,
    answered: s.answered, total: s.total, sections: [], vetoes: s.vetoes, key_fails: s.key, general_fails: s.general,
    missing: s.missing, grade: "", passed: false, checks: [], why: [] };
  total(s, f, res);
  decide(s, f, res);
  return res;
}

function total(s, f, res) {
  let sum = 0, numbers = 0, genFails = 0, genTotal = 0;
  for (const t of s.parts) {
    weigh(t, f);
    if (t.sec.role === "bonus") res.bonus_raw += t.score;
    else if (t.sec.role === "deduction") res.deduction += t.score;
    else {
      res.base += t.score;
      res.base_max += t.max;
    }
    sum += t.sum;
    numbers += t.numbers;
    genFails += t.genFails;
    genTotal += t.genTotal;
    res.sections.push({ id: t.sec.id, answered: t.answered, total: t.total, fails: t.fails, score: t.score, max: t.max, min_met: true });
  }
  res.bonus = capped(res.bonus_raw, f.bonus_cap);
  res.deduction = capped(res.deduction, f.deduction_cap);
  if (f.method === "mean" && numbers > 0) {
    res.base = ratio(sum, 1, numbers);
    res.base_max = f.full;
  }
  res.scaled = res.base;
  if (res.base_max > 0) {
    res.percent = ratio(res.base, P(100), res.base_max);
    if (f.excluded !== "none") res.scaled = ratio(res.base, f.full, res.base_max);
  }
  if (genTotal > 0) res.defect_pct = ratio(genFails, P(100), genTotal);
  res.score = Math.max(res.scaled + res.bonus - res.deduction, 0);
}

function decide(s, f, res) {
  if (res.missing.length) res.why.push({ code: "incomplete", have: P(res.missing.length), need: 0 });
  if (f.veto_fails) for (const item of res.vetoes) res.why.push({ code: "veto", item, have: 0, need: 0 });
  for (const rule of f.pass || []) {
    const [have, state] = measure(s, res, rule);
    if (state === "absent" && rule.if_present) continue;
    const met = !state && holds(rule, have);
    res.checks.push({ rule: ruleJSON(rule), have, met });
    if (met) continue;
    res.why.push(reason(rule, have, state));
    if (some(rule.of)) s.parts.forEach((t, i) => { if (covers(rule, t.sec)) res.sections[i].min_met = false; });
  }
  res.passed = res.why.length === 0;
  if (res.missing.length) return;
  for (const g of f.grades || []) {
    let ok = !!g.failing !== res.passed;
    for (const rule of g.rules || []) {
      const [have, state] = measure(s, res, rule);
      if (state === "absent" && rule.if_present) continue;
      ok = ok && !state && holds(rule, have);
    }
    if (ok) {
      res.grade = g.id;
      return;
    }
  }
}
