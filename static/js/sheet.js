// The scoring screen, part three: leaving, links between criteria and answers, the keyboard, the start of it all.

// ---- Leaving: first everything is sent; what is not in order keeps the judge here.

async function leave(url) {
  [...fields.values()].forEach((field) => clearTimeout(field.rest));
  await pump();
  const bad = [...fields.values()].find((field) => field.isRefused || field.conflict);
  if (bad) bad.input.focus();
  else if (!waiting().length) location.assign(url);
}

function walk(direction) {
  // Where nothing is left to do, the list says so.
  const end = direction === "next" || direction === "skip" ? document.querySelector(".score-bar-back") : null;
  const round = direction === "next" ? document.querySelector('[data-walk="round"]') : null;
  const link = document.querySelector(`[data-walk="${direction}"]`) ?? round ?? end;
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

function step(input, by) {
  const next = marks()[marks().indexOf(input) + by];
  if (next) goTo(next);
}

const WAYS = { l: "skip", b: "compare" };
const DOWN = ["ArrowDown", "Enter", "j"];
const UP = ["ArrowUp", "k"];

function markKey(event, input) {
  if (event.key === "Escape") input.blur();
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (WAYS[event.key]) {
    event.preventDefault();
    walk(WAYS[event.key]);
    return;
  }
  if (isTextKey(event, input.closest("[data-criterion]"))) return;
  const by = DOWN.includes(event.key) ? 1 : UP.includes(event.key) ? -1 : 0;
  if (!by) return;
  event.preventDefault();
  step(input, by);
}

// `c` and `p` lead to what is written in words; true where one was pressed.
function isTextKey(event, box) {
  const text = { c: box?.querySelector("[data-remark] textarea"), p: document.querySelector("[data-note] textarea") }[event.key];
  if (!text) return false;
  event.preventDefault();
  text.closest("details")?.setAttribute("open", "");
  text.focus();
  return true;
}

function textKey(event, box) {
  if (event.key !== "Escape") return;
  if (box) goTo(box.querySelector(".input-mark"));
  else event.target.blur();
}

// The mark that the judge is at: where the last one was set, or the first that is empty.
const currentMark = () => document.querySelector(".criterion.is-current .input-mark");
const emptyMark = () => marks().find((input) => !input.value.trim());

function pageKey(event) {
  const dialog = document.querySelector("[data-keys]");
  if (dialog.open) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    walk("next");
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "?" && !event.target.closest("textarea")) {
    event.preventDefault();
    dialog.showModal();
  }
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  deskKey(event);
}

// Keys while nothing is being typed.
function deskKey(event) {
  if (isTextKey(event, (currentMark() ?? marks()[0])?.closest("[data-criterion]"))) return;
  if (WAYS[event.key]) walk(WAYS[event.key]);
  if (event.key === "J") walk("next");
  if (event.key === "K") walk("previous");
  const empty = emptyMark();
  // The digit itself lands in the field that is given the focus here.
  if (/^[0-9]$/.test(event.key) && empty) goTo(empty);
  if (event.key === "n" && empty) {
    event.preventDefault();
    goTo(empty);
  }
  if (event.key !== "j" && event.key !== "k") return;
  event.preventDefault();
  const current = currentMark();
  if (current) step(current, event.key === "j" ? 1 : -1);
  else if (marks().length) goTo(marks()[0]);
}

// ---- Start.

function bindDesk() {
  desk.querySelectorAll("form.sheet-form").forEach((form) => {
    const base = form.getAttribute("action").replace(/simpan\/$/, "");
    form.addEventListener("submit", (event) => event.preventDefault());
    form.querySelectorAll("[data-criterion]").forEach((box) => {
      const { criterion } = box.dataset;
      bindField(fieldOf(box.querySelector(".input-mark"), box, { url: `${base}nilai/`, part: "value", criterion }));
      const remark = box.querySelector("[data-remark]");
      bindField(fieldOf(remark.querySelector("textarea"), remark, { url: `${base}catatan-kriteria/`, part: "text", criterion }));
    });
    const comment = form.querySelector("[data-comment]");
    bindField(fieldOf(comment.querySelector("textarea"), comment, { url: `${base}catatan/`, part: "comment" }));
  });
}

// The private note is written also where the sheets are only read.
function bindNote(form) {
  const box = form.querySelector("[data-note]");
  form.addEventListener("submit", (event) => event.preventDefault());
  bindField(fieldOf(box.querySelector("textarea"), box, { url: `${form.getAttribute("action")}simpan/`, part: "text" }));
}

function bindField(field) {
  fields.set(field.key, field);
  if (field.isMark && field.input.value && !field.box.classList.contains("has-error")) field.box.dataset.state = "saved";
  const isTypedAlready = field.input.value !== field.input.defaultValue;
  const left = memory[field.key];
  if (left && !isTypedAlready) {
    // The page was left before this was saved: it comes back as it was typed, with the version it was typed on.
    field.input.value = valueIn(left.body);
    if (field.input.value) unfold(field);
    remember(field.key, { ...left, isStuck: false });
  }
  field.input.addEventListener("input", () => typed(field));
  field.input.addEventListener("change", () => pump());
  const box = field.input.closest("[data-criterion]");
  if (box) field.input.addEventListener("focus", () => makeCurrent(box));
  if (field.isMark) drawLevel(field);
  field.input.addEventListener("keydown", (event) => (field.isMark ? markKey(event, field.input) : textKey(event, box)));
  // A quick judge over a slow network: this was typed before the script came.
  if (isTypedAlready) typed(field);
}

function bindScreen() {
  const dialog = document.querySelector("[data-keys]");
  document.querySelector("[data-keys-open]").addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", pageKey);
  document.querySelectorAll("[data-leave]").forEach((link) =>
    link.addEventListener("click", (event) => {
      if (!fields.size || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
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
document.querySelectorAll("form.note-form").forEach(bindNote);
if (document.querySelector(".score-bar")) bindScreen();
addEventListener("online", pump);
addEventListener("beforeunload", (event) => {
  if (!isPersistent()) event.preventDefault();
});
drawStuck();
if (waiting().length) pump();
