// Copies of what is typed, kept in this browser until the server has confirmed it; read by entry.js and on the page of the
// entry, which shows what never arrived.

const NO_COPY = "Peramban ini tidak dapat menyimpan salinan. Jangan tutup halaman ini sebelum tersimpan.";
const SUBMITTED = "kiks:submitted";

function clockTime(moment) {
  const parts = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Jakarta" });
  return `${parts.format(moment).replace(":", ".")} WIB`;
}

class Copies {
  constructor(prefix) {
    this.prefix = prefix;
  }

  // Storage may be full or forbidden; then the page works without the copy and says so.
  keep(key, value) {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }

  read(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  }

  // A lock that the page holds as long as it lives: copies of a page that lives are its own affair.
  live(key) {
    navigator.locks?.request(key, () => new Promise(() => {}));
  }

  // Copies of pages that are gone, the newest first.
  async left(own = "") {
    const held = new Set(((await navigator.locks?.query())?.held ?? []).map((lock) => lock.name));
    let keys = [];
    try {
      keys = Object.keys(localStorage);
    } catch {
      return [];
    }
    return keys
      .filter((key) => key.startsWith(`${this.prefix}:`) && key !== own && !held.has(key))
      .map((key) => ({ key, ...this.read(key) }))
      .filter((copy) => copy.values)
      .sort((one, other) => other.at - one.at);
  }

  // A form that was sent plainly: if the next page is not the form again, the server has taken it.
  submitted(key) {
    try {
      sessionStorage.setItem(SUBMITTED, JSON.stringify({ key, from: location.pathname }));
    } catch {
      // Then the copy is offered once more than needed.
    }
  }

  forgetSubmitted() {
    try {
      sessionStorage.removeItem(SUBMITTED);
    } catch {
      // Nothing was remembered.
    }
  }

  dropSubmitted() {
    try {
      const { key, from } = JSON.parse(sessionStorage.getItem(SUBMITTED)) ?? {};
      if (key && document.referrer && new URL(document.referrer).pathname === from) this.keep(key, null);
    } catch {
      // Nothing was remembered.
    }
    this.forgetSubmitted();
  }
}

function inWords(values) {
  return Object.values(values).flat().filter(Boolean).join("\n");
}

async function copyText(area, said) {
  area.select();
  try {
    await navigator.clipboard.writeText(area.value);
    said.textContent = "Tersalin.";
  } catch {
    said.textContent = "Teks dipilih. Tekan Ctrl+C untuk menyalin.";
  }
}

function showNotSent(panel, copies, message = "") {
  const template = panel.querySelector("template");
  panel.querySelectorAll("[data-not-sent-copy]").forEach((shown) => shown.remove());
  panel.querySelector("[data-not-sent-message]").textContent = message;
  for (const [number, copy] of copies.entries()) {
    const part = template.content.firstElementChild.cloneNode(true);
    const area = part.querySelector("textarea");
    area.value = inWords(copy.values);
    area.setAttribute("aria-label", copy.title);
    area.id = `not-sent-${number}`;
    part.querySelector("[data-not-sent-title]").textContent = `${copy.title}, ditulis ${clockTime(copy.at)}`;
    const link = part.querySelector("[data-not-sent-open]");
    if (link) link.href = copy.page;
    const said = part.querySelector("[role=status]");
    part.querySelector("[data-not-sent-take]").addEventListener("click", () => copyText(area, said));
    part.querySelector("[data-not-sent-drop]")?.addEventListener("click", () => {
      new Copies("").keep(copy.key, null);
      part.remove();
      panel.hidden = !panel.querySelector("[data-not-sent-copy]");
    });
    template.before(part);
  }
  panel.hidden = copies.length === 0;
}

async function showLeft(panel) {
  const copies = new Copies(panel.dataset.notSentOf);
  copies.dropSubmitted();
  showNotSent(panel, await copies.left(), panel.dataset.notSentMessage);
}

document.querySelectorAll("[data-not-sent-of]").forEach(showLeft);
