// Column choice of the export page: all, none, and only those of the chosen kind of data.

const rows = [...document.querySelectorAll(".selectable-field-export-row")];
const kind = document.querySelector("#id_resource");

function check(wanted) {
  rows.forEach((row) => {
    row.querySelector('input[type="checkbox"]').checked = wanted;
  });
}

function showChosenKind() {
  const chosen = kind?.tagName === "SELECT" ? kind.value : "0";
  rows.forEach((row) => {
    row.hidden = row.getAttribute("resource-index") !== chosen;
  });
}

document.querySelector("[data-check-all]")?.addEventListener("click", () => check(true));
document.querySelector("[data-check-none]")?.addEventListener("click", () => check(false));
kind?.addEventListener("input", showChosenKind);
showChosenKind();
