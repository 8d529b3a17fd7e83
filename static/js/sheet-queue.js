// The scoring screen, part one: keeps what is typed until the server has answered for it. On the other pages of a judge it
// only sends what an earlier page had to leave behind. Drawing and keys stand in sheet-draw.js and sheet.js.

const queueElement = document.querySelector("[data-queue]");
const desk = document.querySelector("[data-score-page]");
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

// ---- One field of this page: a mark or a comment.

const fields = new Map();

function fieldOf(input, url, name) {
  const isMark = name !== "comment";
  const box = input.closest(isMark ? "[data-criterion]" : "[data-comment]");
  const [version, seen] = isMark ? box.querySelectorAll("input[type=hidden]") : [];
  return { key: `${url}|${name}`, url, name, input, box, version, seen, isMark, rest: 0, isRefused: false, conflict: null };
}

// What a mark looked like when the judge changed it: the server takes the change only where this still stands.
const seenOf = (mark) => ({ version: mark.version ?? null, seen: mark.value });

function saw(field, mark) {
  field.version.value = mark.version ?? "";
  field.seen.value = mark.value;
}

const bodyOf = (field) =>
  field.isMark
    ? { criterion: field.name, value: field.input.value.trim(), version: Number(field.version.value) || null, seen: field.seen.value }
    : { comment: field.input.value };

function typed(field) {
  field.isRefused = false;
  field.conflict = null;
  clearProblem(field);
  field.box.dataset.state = "dirty";
  remember(field.key, { url: field.url, name: field.name, body: bodyOf(field), page: location.pathname, entry: desk.dataset.entry });
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
  if (status === 409 && data.current.value === sent.body.value) {
    // The answer to an earlier attempt got lost on the way: it was saved.
    status = 200;
    data = { mark: data.current, totals: null };
  }
  if (status === 200) {
    if (field?.isMark) saw(field, data.mark);
    if (isSame) remember(key, null);
    else if (now) remember(key, { ...now, body: { ...now.body, ...(data.mark && seenOf(data.mark)) } });
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
