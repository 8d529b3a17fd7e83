// Writing an entry: answers are saved while the person types, and stay in the browser until the server has confirmed them.

const PAUSE = 1200;
const LONGEST_WAIT = 8000;
const RETRIES = [3000, 8000, 20000, 60000];

function cookie(name) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

// Storage may be full or forbidden; then the page works without the copy.
function keep(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function clockTime(moment) {
  const parts = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Jakarta" });
  return `${parts.format(moment).replace(":", ".")} WIB`;
}

class Autosave {
  constructor(box) {
    this.box = box;
    this.form = box.querySelector("form");
    this.text = box.querySelector("[data-autosave-text]");
    this.version = this.form.elements.version;
    this.state = document.querySelector("[data-save-state]");
    this.conflict = document.querySelector("[data-conflict]");
    this.saved = this.text.defaultValue;
    this.failures = 0;
    this.text.addEventListener("input", () => this.typed());
    this.form.addEventListener("submit", () => this.leave());
    window.addEventListener("online", () => this.save());
    document.addEventListener("visibilitychange", () => document.hidden && this.save({ keepalive: true }));
    window.addEventListener("beforeunload", (event) => {
      if (this.isDirty() && !this.leaving && !this.isKept) event.preventDefault();
    });
    this.bindConflict();
    this.offerKept();
    // Over a slow network the typing began before this script was there.
    if (this.isDirty()) this.typed();
  }

  isDirty() {
    return this.text.value !== this.saved;
  }

  show(state, words) {
    this.state.dataset.state = state;
    this.state.textContent = words;
  }

  typed() {
    this.isKept = keep(this.box.dataset.key, { text: this.text.value, version: this.version.value, at: Date.now() });
    if (this.blocked) return;
    this.firstTyped ??= Date.now();
    const pause = Math.min(PAUSE, Math.max(0, this.firstTyped + LONGEST_WAIT - Date.now()));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  leave() {
    // The form itself brings the text now; the copy stays until the next page has shown what was stored.
    this.leaving = true;
    clearTimeout(this.timer);
  }

  async save({ keepalive = false } = {}) {
    clearTimeout(this.timer);
    if (this.busy || this.blocked || this.leaving || !this.isDirty()) return;
    this.busy = true;
    this.firstTyped = null;
    const text = this.text.value;
    this.show("saving", "Menyimpan …");
    try {
      // A browser lets only small bodies outlive the page; what is longer stays in the copy.
      const response = await this.send(text, keepalive && text.length < 20000);
      await this.answered(response, text);
    } catch {
      this.later("Belum terkirim: jaringan terputus. Tulisan Anda tersimpan di peramban ini.");
    } finally {
      this.busy = false;
    }
    if (!this.failures && this.isDirty()) this.typed();
  }

  send(text, keepalive) {
    return fetch(this.box.dataset.autosave, {
      method: "POST",
      keepalive,
      redirect: "manual",
      headers: { "X-CSRFToken": cookie(this.box.dataset.csrfCookie), Accept: "application/json" },
      body: new URLSearchParams({ text, version: this.version.value }),
    });
  }

  async answered(response, text) {
    if (response.ok) {
      const facts = await response.json();
      this.version.value = facts.version;
      this.saved = text;
      this.failures = 0;
      if (!this.isDirty()) keep(this.box.dataset.key, null);
      this.show("saved", `Tersimpan ${facts.saved_at}`);
    } else if (response.status === 409) {
      this.meet(await response.json());
    } else if (response.status === 422) {
      this.block("failed", (await response.json()).message);
    } else if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) {
      this.later("Anda sudah keluar. Tulisan Anda tersimpan di peramban ini.", true);
    } else {
      this.later("Belum terkirim: server tidak menjawab. Tulisan Anda tersimpan di peramban ini.");
    }
  }

  later(words, asksLogin = false) {
    this.show("queued", `${words} `);
    if (asksLogin) {
      const link = document.createElement("a");
      link.href = `${this.box.dataset.login}?next=${encodeURIComponent(location.pathname)}`;
      link.target = "_blank";
      link.textContent = "Masuk lagi di tab baru";
      this.state.append(link);
    }
    const wait = RETRIES[Math.min(this.failures, RETRIES.length - 1)];
    this.failures += 1;
    this.timer = setTimeout(() => this.save(), wait);
  }

  block(state, words) {
    this.blocked = true;
    this.failures = 0;
    this.show(state, words);
  }

  meet(facts) {
    this.block("conflict", "Belum tersimpan: pilih tulisan yang dipakai.");
    this.stored = facts;
    document.querySelector("[data-conflict-at]").textContent = facts.saved_at;
    document.querySelector("[data-conflict-by]").textContent = facts.saved_by;
    document.querySelector("[data-conflict-text]").value = facts.text;
    this.askConflict();
    this.conflict.focus();
  }

  askConflict() {
    this.conflict.hidden = false;
    document.querySelector("[data-conflict-actions]").hidden = false;
    document.querySelector("[data-conflict-plain]").hidden = true;
  }

  bindConflict() {
    const decide = (takeTheirs) => {
      this.version.value = this.stored.version;
      this.saved = this.stored.text;
      if (takeTheirs) this.write(this.stored.text);
      this.conflict.hidden = true;
      this.blocked = false;
      this.text.focus();
      if (this.isDirty()) this.save();
      else this.settle();
    };
    document.querySelector("[data-conflict-mine]").addEventListener("click", () => decide(false));
    document.querySelector("[data-conflict-theirs]").addEventListener("click", () => decide(true));
    if (this.conflict.hidden) return;
    // The page came back from a plain form with both texts: the version in the form is already the stored one.
    this.stored = { version: this.version.value, text: document.querySelector("[data-conflict-text]").value };
    this.block("conflict", "Belum tersimpan: pilih tulisan yang dipakai.");
    this.askConflict();
  }

  settle() {
    keep(this.box.dataset.key, null);
    this.show("saved", "Tersimpan");
  }

  write(text) {
    this.text.value = text;
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  offerKept() {
    const copy = kept(this.box.dataset.key);
    if (!copy || this.blocked) return;
    if (copy.text === this.text.value) {
      keep(this.box.dataset.key, null);
      return;
    }
    const offer = document.querySelector("[data-kept]");
    offer.querySelector("[data-kept-at]").textContent = clockTime(copy.at);
    offer.hidden = false;
    const answer = (restore) => {
      offer.hidden = true;
      // The copy keeps its own version: if the stored text moved on meanwhile, the server shows both.
      if (restore) this.version.value = copy.version;
      if (restore) this.write(copy.text);
      else keep(this.box.dataset.key, null);
      this.text.focus();
    };
    offer.querySelector("[data-kept-restore]").addEventListener("click", () => answer(true));
    offer.querySelector("[data-kept-discard]").addEventListener("click", () => answer(false));
  }
}

document.querySelectorAll("[data-autosave]").forEach((box) => new Autosave(box));
