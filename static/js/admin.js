// The admin's pages: sums of parts that make a hundred, folded parts that open when a link leads there, lists as cards on a phone.

const HUNDRED = 100000;

// Thousandths, so that 33.333 + 33.333 + 33.334 is a hundred and not nearly.
function thousandths(text) {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() === "" || Number.isNaN(value) ? 0 : Math.round(value * 1000);
}

function written(value) {
  return String(value / 1000).replace(".", ",");
}

function isCounted(input) {
  if (input.closest(".empty-form")) return false;
  const removal = input.closest("tr, .inline-related")?.querySelector('input[name$="-DELETE"]');
  return !removal?.checked;
}

function drawSum(output) {
  const group = output.closest(".inline-group");
  const inputs = [...group.querySelectorAll("input[data-part-of-hundred]")].filter(isCounted);
  output.hidden = inputs.length === 0;
  if (output.hidden) return;
  const sum = inputs.reduce((total, input) => total + thousandths(input.value), 0);
  const isRight = sum === HUNDRED;
  output.dataset.state = isRight ? "right" : "wrong";
  output.textContent = isRight ? "Jumlah bobot 100." : `Jumlah bobot ${written(sum)}, harus 100.`;
}

function drawSums() {
  for (const output of document.querySelectorAll("[data-sum-of]")) drawSum(output);
}

function openTarget() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (const details of [target.closest("details"), target.querySelector(":scope > details")]) {
    if (details) details.open = true;
  }
  target.scrollIntoView();
}

// The admin renames ids, names and labels of a new row, but not what describes its inputs.
function nameDescriptions(row, prefix) {
  const number = row.id.replace(`${prefix}-`, "");
  for (const input of row.querySelectorAll("[aria-describedby]")) {
    input.setAttribute("aria-describedby", input.getAttribute("aria-describedby").replaceAll("__prefix__", number));
  }
}

// The names of the columns stand beside each value where the list is drawn as cards.
function nameCells(table) {
  const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  for (const row of table.tBodies[0].rows) {
    [...row.cells].forEach((cell, place) => {
      if (names[place]) cell.dataset.label = names[place];
    });
  }
  table.classList.add("has-cards");
}

document.addEventListener("input", drawSums);
document.addEventListener("change", drawSums);
document.addEventListener("formset:added", (event) => {
  nameDescriptions(event.target, event.detail.formsetName);
  drawSums();
});
document.addEventListener("formset:removed", drawSums);
window.addEventListener("hashchange", openTarget);
for (const details of document.querySelectorAll(".admin-form details")) {
  if (details.querySelector(".has-error, .field-error")) details.open = true;
}
for (const table of document.querySelectorAll("table[data-cards]")) nameCells(table);
// Django names its marks for yes and no in English only.
const ANSWERS = { True: "Ya", False: "Tidak", None: "Tidak diketahui" };
for (const mark of document.querySelectorAll('img[src*="/admin/img/icon-"]')) mark.alt = ANSWERS[mark.alt] ?? mark.alt;
for (const filters of document.querySelectorAll("[data-filters]:not([data-active])")) {
  if (matchMedia("(max-width: 1024px)").matches) filters.open = false;
}
drawSums();
openTarget();
// A preview that is open beside draws itself anew: this page came back from a save, or was just opened.
new BroadcastChannel("kiks-pratinjau").postMessage("shown");
