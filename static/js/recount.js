// Ranks a published bundle in the reader's own browser: the scoring rules once more, exact, in whole numbers (BigInt).
// Shares nothing with the server's counting. Throws BrokenRule with the first rule that does not hold.

export class BrokenRule extends Error {}

function demand(holds, place, rule) {
  if (!holds) throw new BrokenRule(`${place}: ${rule}`);
}

// Fractions: [numerator, denominator], both BigInt, the denominator positive.

const ZERO = [0n, 1n];
const add = ([a, b], [c, d]) => reduced(a * d + c * b, b * d);
const times = ([a, b], [c, d]) => reduced(a * c, b * d);
const over = ([a, b], [c, d]) => reduced(a * d, b * c);
const sum = (values) => values.reduce(add, ZERO);
const above = ([a, b], [c, d]) => a * d > c * b;
const isWhole = ([, b]) => b === 1n;
const whole = (count) => [BigInt(count), 1n];
const HUNDRED = whole(100);

function reduced(a, b) {
  let [x, y] = [a, b];
  while (y) [x, y] = [y, x % y];
  return x ? [a / x, b / x] : ZERO;
}

export function fraction(text) {
  const [head, tail = ""] = text.split(".");
  return reduced(BigInt(head + tail), 10n ** BigInt(tail.length));
}

function halfUp([a, b], decimals) {
  return (2n * a * 10n ** BigInt(decimals) + b) / (2n * b);
}

export function printed(units, decimals) {
  const digits = units.toString().padStart(decimals + 1, "0");
  return decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits;
}

export const canonical = (mark) => (mark.includes(".") ? mark.replace(/0+$/, "").replace(/\.$/, "") : mark);

// By code point, which is not how JavaScript compares by itself.
export function byCodePoint(left, right) {
  const [a, b] = [[...left], [...right]];
  const at = a.findIndex((letter, index) => letter !== b[index]);
  if (at < 0) return a.length - b.length;
  return at >= b.length ? 1 : a[at].codePointAt(0) - b[at].codePointAt(0);
}

// JSON without numbers but whole ones and without a key written twice, which JSON.parse would let pass.

const TOKEN = /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;
const WORDS = { true: true, false: false, null: null };

export function readJson(text) {
  let here = 0;
  let token;
  function step() {
    TOKEN.lastIndex = here;
    token = TOKEN.exec(text);
    demand(token || /^[ \t\n\r]*$/.test(text.slice(here)), "berkas", "bukan JSON yang sah");
    here = token ? TOKEN.lastIndex : text.length;
  }
  const is = (sign) => token && token[1] === sign;
  function taken(sign) {
    demand(is(sign), "berkas", "bukan JSON yang sah");
    step();
  }
  function string() {
    demand(token && token[2] !== undefined, "berkas", "bukan JSON yang sah");
    const value = JSON.parse(token[2]);
    demand(value.isWellFormed(), "berkas", "bukan teks UTF-8 yang sah");
    step();
    return value;
  }
  function members(close, one) {
    step();
    for (let first = true; !is(close); first = false) {
      if (!first) taken(",");
      one();
    }
    step();
  }
  function object() {
    const found = new Map();
    members("}", () => {
      const key = string();
      demand(!found.has(key), key, "kunci ditulis dua kali");
      taken(":");
      found.set(key, value());
    });
    return found;
  }
  function list() {
    const found = [];
    members("]", () => found.push(value()));
    return found;
  }
  function value() {
    demand(token, "berkas", "bukan JSON yang sah");
    if (is("{")) return object();
    if (is("[")) return list();
    if (token[2] !== undefined) return string();
    demand(token[1] === undefined, "berkas", "bukan JSON yang sah");
    const [, , , number, word] = token;
    step();
    if (word) return WORDS[word];
    demand(/^(0|[1-9]\d{0,17})$/.test(number), "berkas", `angka ${number.slice(0, 40)} tidak boleh ada`);
    return Number(number);
  }
  step();
  const found = value();
  demand(!token, "berkas", "bukan JSON yang sah");
  return found;
}

// What may stand where.

const isText = (value) => typeof value === "string";

function object(value, place, required, optional = "") {
  demand(value instanceof Map, place, "harus objek");
  for (const key of required.split(" ")) demand(value.has(key), `${place}.${key}`, "kunci wajib belum ada");
  const known = `${required} ${optional}`.split(" ");
  for (const key of value.keys()) demand(known.includes(key), `${place}.${key}`, "kunci tidak dikenal");
  return value;
}

function list(value, place) {
  demand(Array.isArray(value), place, "harus daftar");
  return value.map((item, index) => [item, `${place}[${index}]`]);
}

function text(value, place) {
  demand(isText(value), place, "harus teks");
  return value;
}

// The white space that the rules mean is Unicode's, and three separators that JavaScript does not count.
const NOT_IN_A_CODE = /[\s,\u001c-\u001f\u0085]|^$/u;

function code(value, place, known) {
  demand(!NOT_IN_A_CODE.test(text(value, place).replaceAll("\ufeff", "x")), place, "bukan kode yang sah");
  demand(!known || !known.has(value), place, "sudah dipakai");
  return value;
}

function dotless(value, place, known) {
  demand(!text(value, place).includes("."), place, "kode tidak boleh memuat titik");
  return code(value, place, known);
}

function decimal(value, place) {
  demand(text(value, place).length <= 100 && /^(0|[1-9][0-9]*)(\.[0-9]+)?$/.test(value), place, "bukan desimal yang sah");
  return fraction(value);
}

function count(value, place, most) {
  demand(Number.isInteger(value) && value >= 0 && value <= most, place, `harus bilangan bulat 0 sampai ${most}`);
  return value;
}

function isHundred(values) {
  const [a, b] = sum(values);
  return a === 100n && b === 1n;
}

const COMMON = "format edition category decimals cutoff tie_breakers";

function readCommon(bundle) {
  code(bundle.get("edition"), "edition");
  demand(bundle.get("category") === null || isText(bundle.get("category")), "category", "harus teks atau null");
  count(bundle.get("decimals"), "decimals", 20);
  if (bundle.get("cutoff") !== null) count(bundle.get("cutoff"), "cutoff", 1e9);
}

function readCriteria(instrument, place) {
  const found = new Map();
  for (const [criterion, here] of list(instrument.get("criteria"), `${place}.criteria`)) {
    object(criterion, here, "code name weight max", "step");
    text(criterion.get("name"), `${here}.name`);
    const [weight, most] = ["weight", "max"].map((key) => decimal(criterion.get(key), `${here}.${key}`));
    const step = criterion.has("step") ? decimal(criterion.get("step"), `${here}.step`) : null;
    demand(most[0] > 0n && (!step || step[0] > 0n), here, "max dan step harus lebih besar dari 0");
    found.set(dotless(criterion.get("code"), `${here}.code`, found), { weight, most, step, name: criterion.get("name") });
  }
  demand(isHundred([...found.values()].map((one) => one.weight)), `${place}.criteria`, "bobot harus berjumlah tepat 100");
  return found;
}

function readInstruments(bundle) {
  const found = new Map();
  for (const [instrument, place] of list(bundle.get("instruments"), "instruments")) {
    object(instrument, place, "code name share criteria");
    text(instrument.get("name"), `${place}.name`);
    const criteria = readCriteria(instrument, place);
    const share = decimal(instrument.get("share"), `${place}.share`);
    const name = instrument.get("name");
    found.set(dotless(instrument.get("code"), `${place}.code`, found), { share, criteria, name });
  }
  demand(isHundred([...found.values()].map((one) => one.share)), "instruments", "porsi harus berjumlah tepat 100");
  return found;
}

function readMarks(sheet, place, criteria) {
  demand(sheet.get("marks") instanceof Map, `${place}.marks`, "harus objek");
  for (const [name, mark] of sheet.get("marks")) {
    const here = `${place}.marks.${name}`;
    demand(criteria.has(name), here, "kriteria tidak dikenal");
    const value = decimal(mark, here);
    const { most, step } = criteria.get(name);
    demand(!above(value, most), here, "nilai melebihi maksimum");
    demand(!step || isWhole(over(value, step)), here, "nilai bukan kelipatan yang ditentukan");
  }
  demand(!sheet.get("counted") || sheet.get("marks").size === criteria.size, `${place}.marks`, "nilai belum ada");
}

function readSheet(sheet, place, instruments, entries) {
  object(sheet, place, "judge entry instrument counted marks", "why receipt nonce");
  code(sheet.get("judge"), `${place}.judge`);
  demand(entries.has(text(sheet.get("entry"), `${place}.entry`)), `${place}.entry`, "usulan tidak ada dalam berkas");
  const instrument = instruments.get(text(sheet.get("instrument"), `${place}.instrument`));
  demand(instrument, `${place}.instrument`, "instrumen tidak ada dalam berkas");
  demand(typeof sheet.get("counted") === "boolean", `${place}.counted`, "harus true atau false");
  for (const key of ["why", "receipt", "nonce"]) if (sheet.has(key)) text(sheet.get(key), `${place}.${key}`);
  if (sheet.get("counted")) {
    demand(!sheet.has("why") && sheet.get("receipt"), place, "lembar yang dihitung bertanda terima, tanpa alasan");
  } else demand(["recused", "released"].includes(sheet.get("why")), `${place}.why`, "alasan tidak dikenal");
  readMarks(sheet, place, instrument.criteria);
}

function readRound(bundle) {
  object(bundle, "berkas", `${COMMON} round instruments entries sheets`, "settled_ties withdrawn");
  readCommon(bundle);
  code(bundle.get("round"), "round");
  const instruments = readInstruments(bundle);
  const entries = new Set();
  for (const [entry, place] of list(bundle.get("entries"), "entries")) {
    object(entry, place, "number title");
    text(entry.get("title"), `${place}.title`);
    entries.add(code(entry.get("number"), `${place}.number`, entries));
  }
  demand(entries.size, "entries", "belum ada usulan");
  const seen = new Set();
  const counted = new Map([...entries].map((number) => [number, new Map()]));
  for (const [sheet, place] of list(bundle.get("sheets"), "sheets")) {
    readSheet(sheet, place, instruments, entries);
    const [judge, entry, instrument] = ["judge", "entry", "instrument"].map((key) => sheet.get(key));
    const whose = JSON.stringify([judge, entry, instrument]);
    demand(!seen.has(whose), place, "lembar kedua untuk juri, usulan dan instrumen yang sama");
    seen.add(whose);
    if (!sheet.get("counted")) continue;
    const judges = counted.get(entry);
    if (!judges.has(judge)) judges.set(judge, new Map());
    judges.get(judge).set(instrument, sheet.get("marks"));
  }
  for (const [number, judges] of counted) {
    demand(judges.size, `usulan ${number}`, "belum memiliki lembar yang dihitung");
    for (const [judge, given] of judges) {
      demand(given.size === instruments.size, `usulan ${number}, ${judge}`, "lembar instrumen lain belum ada");
    }
  }
  const names = new Set([...instruments].flatMap(([one, { criteria }]) => [...criteria.keys()].map((key) => `${one}.${key}`)));
  return { instruments, counted, names, entries };
}

// Figures: score and tie-breakers as whole numbers of the last printed digit, and what a placing shows beside them.

const share = (part) => over(part, HUNDRED);
const shownAll = (pairs, decimals) =>
  Object.fromEntries(pairs.map(([name, value]) => [name, printed(halfUp(value, decimals), decimals)]));

export function sheetScore(criteria, marks) {
  return sum([...marks].map(([name, mark]) => over(times(criteria.get(name).weight, fraction(mark)), criteria.get(name).most)));
}

function tieValue(breaker, judges, instruments, decimals) {
  const [name, key] = breaker.split(".");
  const { most } = instruments.get(name).criteria.get(key);
  const given = [...judges.values()].map((sheets) => over(times(HUNDRED, fraction(sheets.get(name).get(key))), most));
  return halfUp(over(sum(given), whole(given.length)), decimals);
}

function roundFigures(bundle, { instruments, counted }) {
  const decimals = bundle.get("decimals");
  const figures = new Map();
  for (const [number, judges] of counted) {
    const mean = [...instruments].map(([name, { criteria }]) => {
      const scores = [...judges.values()].map((sheets) => sheetScore(criteria, sheets.get(name)));
      return [name, over(sum(scores), whole(scores.length))];
    });
    const own = [...judges].map(([judge, sheets]) => {
      const parts = [...instruments].map(([name, one]) => times(share(one.share), sheetScore(one.criteria, sheets.get(name))));
      return [judge, sum(parts)];
    });
    const score = sum(mean.map(([name, value]) => times(share(instruments.get(name).share), value)));
    const ties = bundle.get("tie_breakers").map((breaker) => tieValue(breaker, judges, instruments, decimals));
    const details = { judges: own.length, per_instrument: shownAll(mean, decimals), per_judge: shownAll(own, decimals) };
    figures.set(number, { key: [halfUp(score, decimals), ...ties], details });
  }
  return figures;
}

function readFinal(bundle) {
  object(bundle, "berkas", `${COMMON} rounds`, "settled_ties withdrawn");
  readCommon(bundle);
  const decimals = bundle.get("decimals");
  const rounds = new Map();
  for (const [round, place] of list(bundle.get("rounds"), "rounds")) {
    object(round, place, "code share scores");
    const part = decimal(round.get("share"), `${place}.share`);
    demand(round.get("scores") instanceof Map, `${place}.scores`, "harus objek");
    for (const [number, score] of round.get("scores")) {
      const here = `${place}.scores.${number}`;
      code(number, here);
      demand(!above(decimal(score, here), HUNDRED), here, "nilai melebihi 100");
      demand((score.split(".")[1] || "").length === decimals, here, `harus memuat ${decimals} angka desimal`);
    }
    rounds.set(code(round.get("code"), `${place}.code`, rounds), { share: part, scores: round.get("scores") });
  }
  demand(isHundred([...rounds.values()].map((one) => one.share)), "rounds", "porsi harus berjumlah tepat 100");
  const entries = new Set([...rounds.values()].flatMap((one) => [...one.scores.keys()]));
  demand(entries.size, "rounds", "belum ada usulan");
  for (const [name, one] of rounds) demand(one.scores.size === entries.size, `babak ${name}`, "usulan tidak sama");
  return { rounds, names: new Set(rounds.keys()), entries };
}

function finalFigures(bundle, { rounds, entries }) {
  const decimals = bundle.get("decimals");
  const figures = new Map();
  for (const number of entries) {
    const score = sum([...rounds.values()].map((one) => times(share(one.share), fraction(one.scores.get(number)))));
    const units = (name) => halfUp(fraction(rounds.get(name).scores.get(number)), decimals);
    const details = { per_round: Object.fromEntries([...rounds].map(([name, one]) => [name, one.scores.get(number)])) };
    figures.set(number, { key: [halfUp(score, decimals), ...bundle.get("tie_breakers").map(units)], details });
  }
  return figures;
}

// Order, ties, the cut.

function readEndings(bundle, { names, entries }) {
  const breakers = new Set();
  for (const [name, place] of list(bundle.get("tie_breakers"), "tie_breakers")) {
    demand(names.has(text(name, place)) && !breakers.has(name), place, "tidak dikenal, atau sudah disebut");
    breakers.add(name);
  }
  const seen = new Set();
  for (const [tie, place] of list(bundle.has("settled_ties") ? bundle.get("settled_ties") : [], "settled_ties")) {
    object(tie, place, "order by reason");
    for (const key of ["by", "reason"]) text(tie.get(key), `${place}.${key}`);
    for (const [number, here] of list(tie.get("order"), `${place}.order`)) {
      demand(entries.has(text(number, here)) && !seen.has(number), here, "bukan usulan, atau sudah disebut");
      seen.add(number);
    }
  }
  const gone = new Set();
  for (const [row, place] of list(bundle.has("withdrawn") ? bundle.get("withdrawn") : [], "withdrawn")) {
    object(row, place, "entry why");
    text(row.get("why"), `${place}.why`);
    gone.add(code(row.get("entry"), `${place}.entry`, gone));
    demand(!entries.has(row.get("entry")), `${place}.entry`, "ditarik, tetapi masih ikut dinilai");
  }
}

function better(left, right) {
  const at = left.findIndex((value, index) => value !== right[index]);
  return at < 0 ? 0 : left[at] > right[at] ? -1 : 1;
}

function groupsOf(figures, ties) {
  const numbers = [...figures.keys()].sort(byCodePoint);
  numbers.sort((one, other) => better(figures.get(one).key, figures.get(other).key));
  const groups = [];
  for (const number of numbers) {
    const last = groups.at(-1);
    if (last && !better(figures.get(last[0]).key, figures.get(number).key)) last.push(number);
    else groups.push([number]);
  }
  const settled = new Map(ties.map((tie) => [JSON.stringify([...tie.get("order")].sort(byCodePoint)), tie.get("order")]));
  const left = groups.flatMap((group) => {
    const key = JSON.stringify(group);
    const order = group.length > 1 && settled.get(key);
    if (!order) return [group];
    settled.delete(key);
    return order.map((number) => [number]);
  });
  demand(!settled.size, "settled_ties", "harus menyebut tepat satu kelompok yang masih seri");
  return left;
}

// The result of a bundle that was read by readJson: placings and open ties as the rules print them.
export function rank(bundle) {
  demand(bundle instanceof Map, "berkas", "harus objek");
  const isRound = bundle.get("format") === "kiks-round/1";
  demand(isRound || bundle.get("format") === "kiks-final/1", "format", "tidak dikenal");
  const facts = isRound ? readRound(bundle) : readFinal(bundle);
  readEndings(bundle, facts);
  const figures = isRound ? roundFigures(bundle, facts) : finalFigures(bundle, facts);
  const groups = groupsOf(figures, bundle.has("settled_ties") ? bundle.get("settled_ties") : []);
  const [cutoff, decimals] = [bundle.get("cutoff"), bundle.get("decimals")];
  const placings = [];
  for (const group of groups) {
    const position = placings.length + 1;
    const inside = cutoff !== null && position <= cutoff;
    const advances = inside && position + group.length - 1 > cutoff ? null : inside;
    for (const entry of group) {
      const { key, details } = figures.get(entry);
      placings.push({ entry, score: printed(key[0], decimals), position, tied: group.length > 1, advances, ...details });
    }
  }
  return { placings, open_ties: groups.filter((group) => group.length > 1) };
}

// The seven facts of a receipt as canonical JSON: keys sorted, no white space, non-ASCII kept.
export function receiptText(bundle, sheet) {
  const marks = [...sheet.get("marks")].sort(([a], [b]) => byCodePoint(a, b));
  const facts = [
    ["edition", bundle.get("edition")],
    ["entry", sheet.get("entry")],
    ["instrument", sheet.get("instrument")],
    ["judge", sheet.get("judge")],
    ["marks", null],
    ["nonce", sheet.get("nonce")],
    ["round", bundle.get("round")],
  ];
  const inner = marks.map(([name, mark]) => `${JSON.stringify(name)}:${JSON.stringify(canonical(mark))}`).join(",");
  return `{${facts.map(([key, value]) => `"${key}":${value === null ? `{${inner}}` : JSON.stringify(value)}`).join(",")}}`;
}

export async function sha256(words) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(words));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Every sheet that has receipt and nonce: how many agree, and the first that does not.
export async function checkReceipts(bundle) {
  let agreed = 0;
  for (const sheet of bundle.get("sheets") || []) {
    if (!sheet.has("receipt") || !sheet.has("nonce")) continue;
    const found = await sha256(receiptText(bundle, sheet));
    const whose = ["judge", "entry", "instrument"].map((key) => sheet.get(key)).join(", ");
    demand(found === sheet.get("receipt"), whose, "tanda terima tidak sesuai dengan nilai");
    agreed += 1;
  }
  return agreed;
}
