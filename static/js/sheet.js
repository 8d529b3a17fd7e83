// The scoring screen: saves each mark by itself, keeps what could not be sent, keyboard, link between criteria and answers.
// On the other pages of a judge it only sends what an earlier page had to leave behind.

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
  const version = isMark ? box.querySelector("input[type=hidden]") : null;
  return { key: `${url}|${name}`, url, name, input, box, version, isMark, rest: 0, isRefused: false, conflict: null };
}

const bodyOf = (field) =>
  field.isMark
    ? { criterion: field.name, value: field.input.value.trim(), version: Number(field.version.value) || null }
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
  if (response.status === 404) return { status: 404, data: {} };
  if (response.status >= 500 || response.status === 429) return { status: 0 };
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
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
    if (field?.isMark) field.version.value = data.mark.version ?? "";
    if (isSame) remember(key, null);
    else if (now) remember(key, { ...now, body: { ...now.body, version: data.mark?.version ?? null } });
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

// ---- Drawing what happened.

function clearProblem(field) {
  field.box.querySelector("[data-problem]").replaceChildren();
  field.box.classList.remove("has-error");
  field.input.removeAttribute("aria-invalid");
}

function refuse(field, sentence) {
  field.isRefused = true;
  field.box.dataset.state = "refused";
  field.box.classList.add("has-error");
  field.input.setAttribute("aria-invalid", "true");
  const line = document.createElement("div");
  line.className = "field-error";
  line.textContent = sentence;
  field.box.querySelector("[data-problem]").replaceChildren(line);
}

function drawConflict(field, { sentence, current }) {
  const part = document.querySelector("[data-conflict-choice]").content.cloneNode(true);
  const mine = field.input.value.trim();
  part.querySelector("[data-sentence]").textContent = sentence;
  part.querySelector("[data-mine]").textContent = mine || "kosong";
  part.querySelector("[data-stored]").textContent = current.value || "kosong";
  part.querySelector("[data-take-mine]").addEventListener("click", () => take(field, current, mine));
  part.querySelector("[data-take-stored]").addEventListener("click", () => take(field, current, current.value));
  field.box.querySelector("[data-problem]").replaceChildren(part);
  field.box.classList.add("has-error");
  field.box.dataset.state = "conflict";
}

function take(field, current, value) {
  field.version.value = current.version ?? "";
  field.input.value = value;
  typed(field);
  field.input.focus();
  pump();
}

function drawSaved(field) {
  field.box.dataset.state = field.isMark && !field.input.value.trim() ? "empty" : "saved";
}

function drawTotals(totals) {
  document.querySelector("[data-given]").textContent = totals.given;
  document.querySelector("[data-blended]").textContent = totals.blended ?? "–";
  for (const [sheet, sum] of Object.entries(totals.sheets)) {
    const place = document.querySelector(`[data-sheet-sum="${sheet}"]`);
    place.querySelector("[data-sheet-total]").textContent = sum.so_far;
    place.querySelector("[data-sheet-word]").textContent = sum.is_complete ? "nilai lembar" : "sementara";
  }
}

const number = (text) => (/^\d+([.,]\d+)?$/.test(text) ? Number(text.replace(",", ".")) : NaN);

function drawLevel(field) {
  const value = number(field.input.value.trim());
  const line = field.box.querySelector("[data-level]");
  const levels = [...field.box.querySelectorAll("[data-from]")];
  const isOnScale = levels.some((level) => Number(level.dataset.to) >= value);
  const reached = levels.filter((level) => isOnScale && level.dataset.from <= value).sort((a, b) => b.dataset.from - a.dataset.from)[0];
  levels.forEach((level) => level.classList.toggle("is-reached", level === reached));
  line.hidden = !reached;
  if (!reached) return;
  const name = document.createElement("strong");
  const text = document.createElement("span");
  name.textContent = reached.querySelector("dt").textContent;
  text.className = "level-text";
  text.textContent = reached.querySelector("dd").textContent;
  line.replaceChildren(name, " ", text);
}

function drawState() {
  const place = document.querySelector("[data-save-state]");
  if (!place) return;
  const all = [...fields.values()];
  const count = waiting().length;
  const [state, text] =
    trouble === "session" && count
      ? ["failed", "Sesi berakhir. Muat ulang halaman dan masuk lagi; nilai Anda tersimpan di peramban ini."]
      : all.some((field) => field.conflict)
        ? ["conflict", "pilih nilai yang berlaku"]
        : trouble === "offline" && count
          ? ["queued", `jaringan terputus, ${count} menunggu`]
          : all.some((field) => field.isRefused)
            ? ["failed", "ada nilai yang belum benar"]
            : count
              ? ["saving", "menyimpan"]
              : ["saved", "tersimpan"];
  if (place.dataset.state === state && place.textContent === text) return;
  place.dataset.state = state;
  place.textContent = text;
}

function drawStuck() {
  const stuck = Object.values(memory).filter((item) => item.isStuck && item.page !== location.pathname);
  queueElement.hidden = !stuck.length;
  const lines = [...new Map(stuck.map((item) => [item.page, item])).values()].map((item) => {
    const link = document.createElement("a");
    link.href = item.page;
    link.textContent = item.entry;
    return link;
  });
  const text = document.createElement("p");
  text.append("Ada isian yang belum tersimpan pada usulan ");
  lines.forEach((link, index) => text.append(index ? ", " : "", link));
  text.append(". Buka usulan itu untuk menyelesaikannya sebelum menyerahkan.");
  queueElement.className = "notice notice-warn queue-notice";
  queueElement.replaceChildren(text);
}

// ---- Leaving: first everything is sent; what is not in order keeps the judge here.

async function leave(url) {
  [...fields.values()].forEach((field) => clearTimeout(field.rest));
  await pump();
  const bad = [...fields.values()].find((field) => field.isRefused || field.conflict);
  if (bad) bad.input.focus();
  else if (!waiting().length) location.assign(url);
}

function walk(direction) {
  // Past the last entry the list says what is left.
  const end = direction === "next" ? document.querySelector(".score-bar-back") : null;
  const link = document.querySelector(`[data-walk="${direction}"]`) ?? end;
  if (link) leave(link.href);
}

// ---- Criteria and the answers they judge.

function showAnswer(code, { always }) {
  const answer = document.querySelector(`[data-answer="${code}"]`);
  const pane = document.getElementById("pane-baca");
  if (!answer) return;
  if (always && pane.classList.contains("is-hidden")) document.getElementById("tab-baca").click();
  const seen = answer.getBoundingClientRect();
  const frame = pane.getBoundingClientRect();
  const isSeen = seen.bottom > frame.top + 80 && seen.top < frame.bottom - 80;
  if (always || (!isSeen && pane.scrollHeight > pane.clientHeight)) answer.scrollIntoView({ block: "start" });
}

function makeCurrent(box, jump) {
  const codes = box.dataset.questions.split(" ").filter(Boolean);
  document.querySelectorAll(".criterion.is-current").forEach((other) => other.classList.remove("is-current"));
  box.classList.add("is-current");
  document.querySelectorAll("[data-answer]").forEach((answer) => answer.classList.toggle("is-judged", codes.includes(answer.dataset.answer)));
  if (jump) showAnswer(jump, { always: true });
  else if (codes.length) showAnswer(codes[0], { always: false });
}

function bindLinks() {
  document.querySelectorAll("[data-jump]").forEach((link) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const box = link.closest("[data-questions]");
      if (box) makeCurrent(box, link.dataset.jump);
      else showAnswer(link.dataset.jump, { always: true });
    }),
  );
  document.querySelectorAll("[data-mark]").forEach((link) =>
    link.addEventListener("click", (event) => {
      const input = document.getElementById(link.dataset.mark);
      if (!input) return;
      event.preventDefault();
      goTo(input);
    }),
  );
}

function goTo(input) {
  if (document.getElementById("pane-nilai").classList.contains("is-hidden")) document.getElementById("tab-nilai").click();
  input.focus();
  input.select();
  input.closest("[data-criterion]").scrollIntoView({ block: "nearest" });
}

// ---- Keyboard.

const marks = () => [...fields.values()].filter((field) => field.isMark).map((field) => field.input);

function markKey(event, input) {
  const step = { ArrowDown: 1, ArrowUp: -1, Enter: 1 }[event.key];
  if (event.key === "Escape") input.blur();
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const next = marks()[marks().indexOf(input) + step];
  if (next) goTo(next);
}

function pageKey(event) {
  const dialog = document.querySelector("[data-keys]");
  if (dialog.open) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    walk("next");
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isText = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "?" && !event.target.closest("textarea")) {
    event.preventDefault();
    dialog.showModal();
  }
  if (isText) return;
  if (event.key === "j") walk("next");
  if (event.key === "k") walk("previous");
  if (event.key === "n") {
    event.preventDefault();
    const empty = marks().find((input) => !input.value.trim());
    if (empty) goTo(empty);
  }
}

// ---- Start.

function bindDesk() {
  desk.querySelectorAll("form.sheet-form").forEach((form) => {
    const base = form.getAttribute("action").replace(/simpan\/$/, "");
    form.addEventListener("submit", (event) => event.preventDefault());
    form.querySelectorAll("[data-criterion]").forEach((box) => bindField(fieldOf(box.querySelector(".input-mark"), `${base}nilai/`, box.dataset.criterion)));
    bindField(fieldOf(form.querySelector("textarea"), `${base}catatan/`, "comment"));
  });
}

function bindField(field) {
  fields.set(field.key, field);
  if (field.isMark && field.input.value && !field.box.classList.contains("has-error")) field.box.dataset.state = "saved";
  const isTypedAlready = field.isMark && field.input.value !== field.input.defaultValue;
  const left = memory[field.key];
  if (left && !isTypedAlready) {
    // The page was left before this was saved: it comes back as it was typed, with the version it was typed on.
    field.input.value = left.body.value ?? left.body.comment;
    remember(field.key, { ...left, isStuck: false });
  }
  field.input.addEventListener("input", () => typed(field));
  field.input.addEventListener("change", () => pump());
  if (!field.isMark) return;
  drawLevel(field);
  field.input.addEventListener("keydown", (event) => markKey(event, field.input));
  field.input.addEventListener("focus", () => makeCurrent(field.box));
  // A quick judge over a slow network: the mark was there before this script.
  if (isTypedAlready) typed(field);
}

function bindScreen() {
  const dialog = document.querySelector("[data-keys]");
  document.querySelector("[data-keys-open]").addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", pageKey);
  document.querySelectorAll("[data-leave]").forEach((link) =>
    link.addEventListener("click", (event) => {
      if (!desk || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      leave(link.href);
    }),
  );
  bindLinks();
  // A sheet that was handed in meanwhile takes nothing more.
  Object.entries(memory).forEach(([key, item]) => item.page === location.pathname && !fields.has(key) && remember(key, null));
  const target = location.hash.startsWith("#kriteria-") && document.getElementById(location.hash.slice(10));
  if (target) goTo(target);
}

if (desk) bindDesk();
if (document.querySelector(".score-bar")) bindScreen();
addEventListener("online", pump);
addEventListener("beforeunload", (event) => {
  if (!isPersistent()) event.preventDefault();
});
drawStuck();
if (waiting().length) pump();
