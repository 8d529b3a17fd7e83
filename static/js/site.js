// Behaviour of every page: error focus, mobile menu, countdowns, word counters, panes. Each part leaves pages without its markup alone.

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

document.documentElement.classList.add("has-script");

function focusErrorSummary() {
  document.querySelector("[data-error-summary]")?.focus();
}

function bindMenu() {
  const button = document.querySelector("[data-nav-toggle]");
  if (!button) return;
  const set = (open) => button.setAttribute("aria-expanded", String(open));
  button.addEventListener("click", () => set(button.getAttribute("aria-expanded") !== "true"));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || button.getAttribute("aria-expanded") !== "true") return;
    set(false);
    button.focus();
  });
}

// The same rule as remaining() in kiks/formats.py.
function remaining(seconds) {
  if (seconds <= 0) return "sudah lewat";
  const days = Math.floor(seconds / DAY);
  const hours = Math.floor((seconds % DAY) / HOUR);
  const minutes = Math.floor((seconds % HOUR) / MINUTE);
  const two = (large, largeName, small, smallName) =>
    small ? `${large} ${largeName} ${small} ${smallName}` : `${large} ${largeName}`;
  if (days) return two(days, "hari", hours, "jam");
  if (hours) return two(hours, "jam", minutes, "menit");
  return minutes ? `${minutes} menit` : "kurang dari 1 menit";
}

function bindCountdown(element) {
  const text = element.querySelector("[data-countdown-text]");
  // Counted from the server's clock, so a computer with a wrong clock still shows the right time left.
  const left = (Date.parse(element.dataset.until) - Date.parse(element.dataset.now)) / 1000;
  const started = performance.now();
  const draw = () => {
    text.textContent = remaining(Math.floor(left - (performance.now() - started) / 1000));
  };
  draw();
  setInterval(draw, 20000);
}

// The same count as count_words() in entries/eligibility.py.
function countWords(text) {
  return text.split(/\s+/).filter((run) => /[\p{L}\p{N}]/u.test(run)).length;
}

function bindCounter(counter) {
  const input = document.getElementById(counter.dataset.counterFor);
  if (!input) return;
  const text = counter.querySelector("[data-counter-text]");
  const live = counter.querySelector("[data-counter-live]");
  const limit = Number(counter.dataset.limit);
  let pause;
  const draw = () => {
    const words = countWords(input.value);
    const state = words > limit ? "over" : words >= limit * 0.8 ? "near" : "calm";
    counter.dataset.state = state;
    text.textContent = state === "over" ? `${words} kata, maksimal ${limit}. Kurangi ${words - limit} kata.` : `${words} / ${limit} kata`;
    clearTimeout(pause);
    // Screen readers hear the count only near the limit and only when the typing rests.
    pause = setTimeout(() => {
      live.textContent = state === "calm" ? "" : text.textContent;
    }, 1000);
  };
  input.addEventListener("input", draw);
  draw();
}

function bindPanes(panes) {
  const tabs = [...panes.querySelectorAll('[role="tab"]')];
  const show = (chosen) => {
    tabs.forEach((tab) => {
      const selected = tab === chosen;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).classList.toggle("is-hidden", !selected);
    });
  };
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => show(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(index + step + tabs.length) % tabs.length];
      show(next);
      next.focus();
    });
  });
  show(tabs.find((tab) => tab.getAttribute("aria-selected") === "true") ?? tabs[0]);
}

function bindAll(root, selector, bind) {
  root.querySelectorAll(selector).forEach((element) => {
    if (element.dataset.bound) return;
    element.dataset.bound = "yes";
    bind(element);
  });
}

function bindPage(root) {
  bindAll(root, "[data-countdown]", bindCountdown);
  bindAll(root, "[data-counter-for]", bindCounter);
  bindAll(root, "[data-panes]", bindPanes);
}

focusErrorSummary();
bindMenu();
bindPage(document);
// Parts that htmx brings later get the same behaviour; htmx also reports the whole body once, hence the marks.
document.body.addEventListener("htmx:load", (event) => bindPage(event.target));
