// The screening of one entry by keyboard: items, reasons, files, outcome. What is typed survives a reload. The page works without it.

const form = document.querySelector("[data-checklist]");
const desk = document.querySelector("[data-desk-entry]");
const told = document.querySelector("[data-told]");
const keys = document.querySelector("[data-keys]");
const question = document.querySelector("[data-confirm]");
const items = form ? [...form.querySelectorAll("[data-item]")] : [];
const PREFIX = "kiks-periksa-";
let current = -1;

const tell = (text) => told && (told.textContent = text);
const nameOf = (item) => item.getAttribute("aria-label");
const radio = (item, value) => item.querySelector(`input[type=radio][value=${value}]`);
const reasonOf = (item) => item.querySelector("textarea");
const isFailed = (item) => radio(item, "no").checked;
const failed = () => items.filter(isFailed);
const button = (outcome) => form.querySelector(`[data-outcome=${outcome}]`);

// ---- The panes

function showPane(element) {
  const pane = element.closest(".pane");
  const tab = pane && document.getElementById(pane.getAttribute("aria-labelledby"));
  if (tab && tab.offsetParent && tab.getAttribute("aria-selected") !== "true") tab.click();
}

function showSubject(item) {
  const target = document.getElementById(item.querySelector("[data-jump]")?.hash.slice(1) ?? "");
  document.querySelectorAll(".is-looked-at").forEach((element) => element.classList.remove("is-looked-at"));
  if (!target) return null;
  target.classList.add("is-looked-at");
  return target;
}

// ---- Items

function goTo(index) {
  if (!items.length) return;
  current = Math.min(items.length - 1, Math.max(0, index));
  const item = items[current];
  showPane(item);
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
  // On a wide screen what it is about stands beside it.
  if (matchMedia("(min-width: 1100px)").matches) showSubject(item)?.scrollIntoView({ block: "start" });
}

function drawOutcome() {
  const clear = button("passed");
  clear.classList.toggle("is-blocked", failed().length > 0);
}

function decide(value) {
  const item = items[current];
  if (!item) return goTo(0);
  const choice = radio(item, value);
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  const reason = reasonOf(item);
  const standard = item.dataset.failure;
  if (value === "yes") {
    if (reason.value.trim() === standard) reason.value = "";
    if (item.classList.contains("is-doubted")) {
      reason.focus();
      return tell(`${nameOf(item)}: terpenuhi. Tulis alasan, karena sistem menemukan lain.`);
    }
    tell(`${nameOf(item)}: terpenuhi`);
    return current < items.length - 1 ? goTo(current + 1) : button("passed").focus();
  }
  if (!reason.value.trim()) reason.value = standard;
  reason.dispatchEvent(new Event("input", { bubbles: true }));
  reason.focus();
  reason.select();
  tell(`${nameOf(item)}: tidak terpenuhi. Tulis alasannya.`);
}

// ---- Outcome

function send(outcome) {
  form.requestSubmit(button(outcome));
}

function ask() {
  const list = question.querySelector("[data-confirm-list]");
  list.replaceChildren(
    ...failed().map((item) => {
      const line = document.createElement("li");
      line.textContent = `${nameOf(item)}: ${reasonOf(item).value.trim() || item.dataset.failure}`;
      return line;
    }),
  );
  question.showModal();
  document.getElementById("confirm-title").focus();
}

function conclude() {
  if (failed().length) ask();
  else send("passed");
}

function passClear() {
  if (button("passed").value === "passed" || failed().length) {
    tell("Ada butir yang tidak terpenuhi. Periksa dahulu butir itu.");
    return goTo(items.findIndex((item) => item.classList.contains("is-doubted") || isFailed(item)));
  }
  tell("Meloloskan…");
  send("passed");
}

// ---- Files

let lastFile = -1;

function nextFile() {
  const openers = [...desk.querySelectorAll("[data-pdf-open]")];
  if (!openers.length) return tell("Tidak ada berkas.");
  desk.querySelector('.pdf-reader.is-open [data-pdf-do="close"]')?.click();
  lastFile = (lastFile + 1) % openers.length;
  showPane(openers[lastFile]);
  openers[lastFile].click();
  openers[lastFile].closest("[data-pdf]").parentElement.scrollIntoView({ block: "start" });
  tell(`Membuka berkas ${lastFile + 1} dari ${openers.length}`);
}

// ---- Keys

const ITEM_KEYS = { j: () => goTo(current + 1), k: () => goTo(current - 1), y: () => decide("yes"), t: () => decide("no"), l: passClear };
const PAGE_KEYS = { b: nextFile, n: () => desk.ownerDocument.querySelector("[data-next]")?.click(), "?": () => keys?.showModal() };
const ARROWS = { ArrowDown: "j", ArrowUp: "k" };
const TEXT = 'textarea, select, input:not([type="radio"], [type="checkbox"]), [contenteditable]';

function pressed(event) {
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
    event.preventDefault();
    return conclude();
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isText = event.target.matches(TEXT);
  if (event.key === "Escape" && isText && form?.contains(event.target)) return goTo(items.indexOf(event.target.closest("[data-item]")));
  // A radio button keeps its arrows, a pane scrolls by them.
  const isOurs = event.target === document.body || event.target.matches("[data-item]");
  const key = ARROWS[event.key] && isOurs ? ARROWS[event.key] : event.key.toLowerCase();
  const act = (form && ITEM_KEYS[key]) || PAGE_KEYS[key];
  if (isText || !act || event.repeat) return;
  event.preventDefault();
  act();
}

// ---- What is typed survives a reload

function read(store) {
  try {
    return JSON.parse(sessionStorage.getItem(store));
  } catch {
    return null;
  }
}

function keep(isSent = false) {
  const typed = [...new FormData(form)].filter(([name]) => /^(item|reason)(_|$)|^correction_due_at$/.test(name));
  try {
    sessionStorage.setItem(form.dataset.store, JSON.stringify({ isSent, typed }));
  } catch {
    // Storage may be full or forbidden; the page itself still holds the text.
  }
}

function restore() {
  const kept = read(form.dataset.store);
  // After a refusal the server has put back what was typed.
  if (!kept || form.querySelector("[data-error-summary]") || document.querySelector("[data-refused]")) return;
  for (const [name, value] of kept.typed) {
    const field = form.elements[name];
    if (field instanceof RadioNodeList) field.value = value;
    else if (field) field.value = value;
  }
}

function forgetSent() {
  for (const store of Object.keys(sessionStorage)) {
    // A page about something else followed: what was sent has arrived.
    if (store.startsWith(PREFIX) && store !== form?.dataset.store && read(store)?.isSent) sessionStorage.removeItem(store);
  }
}

function bindForm() {
  restore();
  form.addEventListener("input", () => keep());
  form.addEventListener("change", () => {
    keep();
    drawOutcome();
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.dataset.outcome === "rejected" && failed().length && !question.dataset.answered) {
      event.preventDefault();
      return ask();
    }
    keep(true);
  });
  items.forEach((item, index) => {
    item.addEventListener("focusin", () => {
      items[current]?.classList.remove("is-current");
      current = index;
      item.classList.add("is-current");
    });
    item.querySelector("[data-jump]")?.addEventListener("click", (event) => {
      const target = showSubject(item);
      if (!target) return;
      event.preventDefault();
      showPane(target);
      target.focus({ preventScroll: true });
      target.scrollIntoView({ block: "start" });
    });
  });
  question.addEventListener("click", (event) => {
    const outcome = event.target.closest("[data-confirm-do]")?.dataset.confirmDo;
    if (outcome === undefined) return;
    question.close();
    if (!outcome) return;
    question.dataset.answered = "yes";
    send(outcome);
  });
  document.querySelector("[data-keys-open]").addEventListener("click", () => keys.showModal());
  drawOutcome();
}

forgetSent();
if (form) bindForm();
if (desk) document.addEventListener("keydown", pressed);
