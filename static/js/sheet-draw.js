// The scoring screen, part two: shows what happened to a mark: saved, refused, changed elsewhere, still waiting.

function clearProblem(field) {
  field.box.querySelector("[data-problem]").replaceChildren();
  field.box.classList.remove("has-error");
  field.input.removeAttribute("aria-invalid");
}

function unfold(field) {
  field.input.closest("details")?.setAttribute("open", "");
}

function refuse(field, sentence) {
  unfold(field);
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
  const choice = field.isMark ? "[data-conflict-choice]" : "[data-text-choice]";
  const part = document.querySelector(choice).content.cloneNode(true);
  unfold(field);
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
  saw(field, current);
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
  const inConflict = all.find((field) => field.conflict);
  const refused = all.find((field) => field.isRefused);
  const count = waiting().length;
  const [state, text] =
    trouble === "session" && count
      ? ["failed", "Sesi berakhir. Muat ulang halaman dan masuk lagi; isian Anda tersimpan di peramban ini."]
      : inConflict
        ? ["conflict", `pilih ${inConflict.isMark ? "nilai" : "catatan"} yang berlaku`]
        : trouble === "offline" && count
          ? ["queued", `jaringan terputus, ${count} menunggu`]
          : refused
            ? ["failed", `ada ${refused.isMark ? "nilai" : "catatan"} yang belum benar`]
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
