// The scoring screen, part one: keeps what is typed until the server has answered for it. On the other pages of a judge it
// only sends what an earlier page had to leave behind. Drawing and keys stand in sheet-draw.js and sheet.js.

const queueElement = document.querySelector("[data-queue]");
const desk = document.querySelector("[data-score-page]");
const panes = document.querySelector("[data-entry]");
const STORE = `kiks-nilai-${queueElement.dataset.user}`;
const REST = 700;
const RETRY_FIRST = 3000;
const RETRY_LAST = 60000;

// ---- What is not saved yet, by address and field; survives a reload, a crash and a lost network.

function stored() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? {};
  } catch {
    return {};
  }
}

let memory = stored();

function remember(key, item) {
  if (item) memory[key] = item;
  else delete memory[key];
  try {
    localStorage.setItem(STORE, JSON.stringify(memory));
  } catch {
    // Storage may be full or forbidden: the page still holds the item, and asks before it is closed.
  }
}

const isPersistent = () => Object.keys(memory).every((key) => key in stored());
const csrf = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

// ---- One field of this page: a mark, a comment on one criterion or on the sheet, or the private note.

const fields = new Map();

// `part` is what the value is called on the way; `criterion` is empty where the field is not about one.
function fieldOf(input, box, { url, part, criterion = "" }) {
  const [version, seen] = ["version", "seen"].map((name) => box.querySelector(`[data-${name}]`));
  const isMark = part === "value";
  return { key: `${url}|${criterion || part}`, url, part, criterion, input, box, version, seen, isMark, rest: 0, isRefused: false, conflict: null };
}

const valueIn = (body) => body.value ?? body.comment ?? body.text;

// What stood in the field when the judge changed it: the server takes the change only where this still stands.
function saw(field, stands) {
  if (field.version) field.version.value = stands.version ?? "";
  if (field.seen) field.seen.value = stands.value;
}

const sawIn = (body, stands) => ({
  ...("version" in body && { version: stands.version ?? null }),
  ...("seen" in body && { seen: stands.value }),
});

function bodyOf(field) {
  const value = field.isMark ? field.input.value.trim() : field.input.value;
  const body = { [field.part]: value };
  if (field.criterion) body.criterion = field.criterion;
  // A comment on one criterion and the note are told apart by their version alone.
  if (field.version) body.version = Number(field.version.value) || null;
  if (field.seen && field.part !== "text") body.seen = field.seen.value;
  return body;
}

function typed(field) {
  field.isRefused = false;
  field.conflict = null;
  clearProblem(field);
  field.box.dataset.state = "dirty";
  remember(field.key, { url: field.url, body: bodyOf(field), page: location.pathname, entry: panes.dataset.entry });
  clearTimeout(field.rest);
  field.rest = setTimeout(pump, REST);
  if (field.isMark) drawLevel(field);
  drawState();
}

// ---- Sending: one at a time, again and again until the server has answered for each.

let pumping = null;
let retry = 0;
let wait = RETRY_FIRST;
let trouble = "";

const waiting = () => Object.entries(memory).filter(([key, item]) => !item.isStuck && !fields.get(key)?.conflict);

function pump() {
  clearTimeout(retry);
  pumping ??= sendAll().finally(() => {
    pumping = null;
    drawState();
  });
  return pumping;
}

async function sendAll() {
  drawState();
  for (let next = waiting(); next.length; next = waiting()) {
    const [key, item] = next[0];
    const answer = await send(item);
    if (answer.status === 0) {
      trouble = "offline";
      retry = setTimeout(pump, wait);
      wait = Math.min(wait * 2, RETRY_LAST);
      return;
    }
    if (answer.status === -1) {
      trouble = "session";
      return;
    }
    trouble = "";
    wait = RETRY_FIRST;
    settle(key, item, answer);
  }
}

async function send(item) {
  let response;
  try {
    response = await fetch(item.url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() },
      body: JSON.stringify(item.body),
      keepalive: true,
    });
  } catch {
    return { status: 0 };
  }
  if (response.status >= 500 || response.status === 429) return { status: 0 };
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  if (response.status === 404) return { status: 404, data: isJson ? await response.json() : {} };
  // A page instead of JSON: the session ended, or its token is stale.
  if (!isJson && (response.redirected || response.status === 403)) return { status: -1 };
  return { status: response.status, data: isJson ? await response.json() : {} };
}

function settle(key, sent, { status, data }) {
  const field = fields.get(key);
  const now = memory[key];
  const isSame = now && JSON.stringify(now.body) === JSON.stringify(sent.body);
  if (status === 409 && data.current.value === valueIn(sent.body)) {
    // The answer to an earlier attempt got lost on the way: it was saved.
    status = 200;
    data = { mark: data.current, totals: null };
  }
  if (status === 200) {
    const stands = data.mark ?? { value: valueIn(sent.body), version: data.version };
    if (field) saw(field, stands);
    if (isSame) remember(key, null);
    else if (now) remember(key, { ...now, body: { ...now.body, ...sawIn(now.body, stands) } });
    if (field && isSame) drawSaved(field);
    if (data.totals && field) drawTotals(data.totals);
    return;
  }
  if (!field && status !== 404) {
    remember(key, { ...now, isStuck: true });
    drawStuck();
    return;
  }
  if (status === 409 && isSame) {
    field.conflict = data.current;
    drawConflict(field, data);
  } else if (isSame) {
    remember(key, null);
    if (field) refuse(field, data.sentence ?? "Isian ini tidak dapat disimpan. Pendekkan, atau muat ulang halaman.");
  }
}
