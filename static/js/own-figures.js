// The judge's own figures in the score bar: asked for anew whenever the total of the entry has changed.

const ownFold = document.querySelector("[data-own-fold]");
const ownTotal = document.querySelector("[data-blended]");
const OWN_REST = 400;

let ownShown = ownTotal?.textContent;
let ownTimer = 0;

async function refreshOwn() {
  const total = ownTotal.textContent;
  let answer;
  try {
    answer = await fetch(ownFold.dataset.ownFold, { redirect: "error" });
  } catch {
    return;
  }
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  ownShown = total;
  ownFold.querySelectorAll("[data-own]").forEach((part) => {
    const next = fresh.querySelector(`[data-own="${part.dataset.own}"]`);
    if (next) part.replaceChildren(...next.childNodes);
  });
}

function ownTotalChanged() {
  clearTimeout(ownTimer);
  if (ownTotal.textContent !== ownShown) ownTimer = setTimeout(refreshOwn, OWN_REST);
}

function closeOwn(event) {
  const isEscape = event.key === "Escape" && ownFold.contains(document.activeElement);
  if (!ownFold.open || !(isEscape || (event.type === "click" && !ownFold.contains(event.target)))) return;
  ownFold.open = false;
  if (isEscape) ownFold.querySelector("summary").focus();
}

if (ownFold && ownTotal) {
  new MutationObserver(ownTotalChanged).observe(ownTotal, { childList: true, characterData: true, subtree: true });
  document.addEventListener("keydown", closeOwn);
  document.addEventListener("click", closeOwn);
}
