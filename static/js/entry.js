// Writing an entry: forms save themselves while the person types, and stay in the browser until the server has confirmed
// them. Without data-autosave (the objection) the form is only kept in the browser until it is sent.

const PAUSE = 1200;
const LONGEST_WAIT = 8000;
const RETRIES = [3000, 8000, 20000, 60000];
// Browsers let bodies of up to 64 kB outlive their page; what is longer stays in the copy.
const KEEPALIVE_BYTES = 60000;
const NOT_TYPED = new Set(["csrfmiddlewaretoken", "version", "seen"]);

function cookie(name) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const plain = (values) => (values ?? []).map((value) => value.replaceAll("\r\n", "\n").trim()).filter(Boolean);

class Autosave {
  constructor(box) {
    this.box = box;
    this.form = box.querySelector("form");
    this.token = this.form.elements.version ?? this.form.elements.seen;
    this.state = document.querySelector("[data-save-state]");
    this.conflict = document.querySelector("[data-conflict]");
    // One copy for each opened page, so that two tabs never write over each other's.
    this.key = `${box.dataset.key}:${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
    this.copies = new Copies(box.dataset.key);
    this.copies.live(this.key);
    this.fields = [...new Set([...this.form.elements].filter((field) => this.isTyped(field)).map((field) => field.name))];
    // A form that came back with errors shows what was typed, not what is stored.
    this.saved = this.form.querySelector("[data-error-summary]") ? {} : this.stored();
    this.sent = [];
    this.failures = 0;
    this.form.addEventListener("input", () => this.typed());
    this.form.addEventListener("submit", () => this.leave());
    window.addEventListener("online", () => this.save());
    document.addEventListener("visibilitychange", () => document.hidden && this.save({ keepalive: true }));
    window.addEventListener("pagehide", () => this.save({ keepalive: true }));
    window.addEventListener("pageshow", (event) => event.persisted && this.comeBack());
    window.addEventListener("beforeunload", (event) => {
      if (this.isDirty() && !this.leaving && !this.isKept) event.preventDefault();
    });
    this.copies.forgetSubmitted();
    this.meetPlainConflict();
    this.offerKept();
    // Over a slow network the typing began before this script was there.
    if (this.isDirty()) this.typed();
  }

  isTyped(field) {
    return field.name && field.type !== "file" && field.type !== "submit" && !NOT_TYPED.has(field.name);
  }

  values() {
    const data = new FormData(this.form);
    return Object.fromEntries(this.fields.map((name) => [name, data.getAll(name)]));
  }

  // What the page brought from the server, whatever was typed or restored into the fields since.
  stored() {
    const values = Object.fromEntries(this.fields.map((name) => [name, []]));
    for (const field of this.form.elements) {
      if (!this.isTyped(field)) continue;
      const isBox = field.type === "checkbox" || field.type === "radio";
      if (!isBox) values[field.name].push(field.defaultValue);
      else if (field.defaultChecked) values[field.name].push(field.value);
    }
    return values;
  }

  isDirty() {
    return !same(this.values(), this.saved);
  }

  show(state, words) {
    if (!this.state) return;
    this.state.dataset.state = state;
    this.state.textContent = this.isKept === false && state !== "saved" ? `${words} ${NO_COPY}` : words;
  }

  typed() {
    const isDirty = this.isDirty();
    this.isKept = this.copies.keep(this.key, isDirty ? this.copy() : null);
    if (this.blocked || !isDirty) return;
    if (!this.box.dataset.autosave) {
      this.show("queued", this.isKept ? "Disimpan di peramban ini sampai dikirim." : "");
      return;
    }
    if (this.isKept === false) this.show("queued", "Belum tersimpan.");
    this.firstTyped ??= Date.now();
    const pause = Math.min(PAUSE, Math.max(0, this.firstTyped + LONGEST_WAIT - Date.now()));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  copy() {
    const { title, page } = this.box.dataset;
    return { values: this.values(), base: this.saved, token: this.token?.value ?? "", at: Date.now(), title, page };
  }

  leave() {
    // The form itself brings the text now; the copy stays until the next page has shown what was stored.
    this.leaving = true;
    this.sent.push(this.values());
    this.copies.submitted(this.key);
    clearTimeout(this.timer);
  }

  comeBack() {
    this.leaving = false;
    this.busy = false;
    this.copies.forgetSubmitted();
    if (this.isDirty()) this.typed();
  }

  async save({ keepalive = false } = {}) {
    clearTimeout(this.timer);
    const values = this.values();
    if (!this.box.dataset.autosave || this.busy || this.blocked || this.leaving || !this.isDirty()) return;
    if (same(values, this.refusedValues)) return;
    this.busy = true;
    this.firstTyped = null;
    this.show("saving", "Menyimpan …");
    this.sent.push(values);
    try {
      let response = await this.send(values, keepalive);
      if (response.status === 403) response = await this.sendAgain(values);
      await this.answered(response, values);
    } catch {
      this.later("Belum terkirim: jaringan terputus. Tulisan Anda tersimpan di peramban ini.");
    } finally {
      this.busy = false;
    }
    if (!this.failures && this.isDirty()) this.typed();
  }

  send(values, keepalive) {
    const body = new URLSearchParams();
    for (const name of this.fields) for (const value of values[name]) body.append(name, value);
    body.append(this.token.name, this.token.value);
    return fetch(this.box.dataset.autosave, {
      method: "POST",
      keepalive: keepalive && body.toString().length < KEEPALIVE_BYTES,
      redirect: "manual",
      headers: { "X-CSRFToken": cookie(this.box.dataset.csrfCookie), Accept: "application/json" },
      body,
    });
  }

  // The protection token may have run out while the session lives: opening the page again brings a new one.
  async sendAgain(values) {
    await fetch(location.pathname, { redirect: "manual" });
    return this.send(values, false);
  }

  async answered(response, values) {
    if (response.ok) {
      this.accepted(await response.json(), values);
    } else if (response.status === 409) {
      this.meet(await response.json());
    } else if (response.status === 422) {
      this.refused(await response.json(), values);
    } else if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) {
      this.later("Anda sudah keluar. Tulisan Anda tersimpan di peramban ini.", true);
    } else {
      this.later("Belum terkirim: server tidak menjawab. Tulisan Anda tersimpan di peramban ini.");
    }
  }

  accepted(facts, values) {
    this.token.value = facts.token;
    this.failures = 0;
    this.sent = [];
    const wrong = Object.keys(facts.errors);
    for (const name of this.fields) {
      // A refused date leaves the three dates as they stand, so the server's word counts, not the field's.
      const isTaken = !wrong.includes(name) && (!wrong.length || same(plain(values[name]), plain(facts.values[name])));
      if (isTaken) this.saved[name] = values[name];
    }
    this.refusedValues = wrong.length ? values : null;
    this.copies.keep(this.key, this.isDirty() ? this.copy() : null);
    if (!wrong.length) this.show("saved", `Tersimpan ${facts.saved_at}`);
    else this.show("failed", wrong.map((name) => `${this.label(name)}: ${facts.errors[name]}`).join(" ") + (facts.saved_at ? ` Isian lain tersimpan ${facts.saved_at}.` : ""));
  }

  refused(facts, values) {
    this.failures = 0;
    this.refusedValues = values;
    if (!facts.is_closed) {
      this.show("failed", facts.message);
      return;
    }
    this.blocked = true;
    this.show("failed", "Tidak tersimpan: pengisian sudah ditutup.");
    showNotSent(document.querySelector("[data-not-sent]"), [{ ...this.copy(), key: this.key }], facts.message);
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

  // Somebody else saved meanwhile. Fields that only one side changed need no question; the others show both texts.
  meet(facts) {
    this.failures = 0;
    const mine = this.values();
    const isOwn = this.sent.some((values) => this.fields.every((name) => same(plain(values[name]), plain(facts.values[name]))));
    const open = isOwn ? [] : this.fields.filter((name) => this.differs(name, mine, facts.values));
    if (!isOwn) {
      for (const name of this.fields) {
        const isUntouched = same(mine[name], this.saved[name]);
        if (isUntouched && !same(plain(mine[name]), plain(facts.values[name]))) this.write(name, facts.values[name]);
      }
    }
    this.token.value = facts.token;
    this.saved = Object.fromEntries(this.fields.map((name) => [name, facts.values[name]]));
    this.sent = [];
    if (open.length) this.ask(open, facts);
    else if (this.isDirty()) this.save();
    else this.settle();
  }

  differs(name, mine, theirs) {
    const [typed, stored, before] = [mine, theirs, this.saved].map((values) => plain(values[name]));
    return !same(typed, stored) && !same(typed, before) && !same(stored, before);
  }

  ask(names, facts) {
    this.blocked = true;
    this.show("conflict", "Belum tersimpan: pilih isian yang dipakai.");
    document.querySelector("[data-conflict-at]").textContent = facts.saved_at;
    document.querySelector("[data-conflict-by]").textContent = facts.saved_by;
    this.open = new Set(names);
    for (const name of names) this.askField(name, facts.values[name]);
    this.conflict.hidden = false;
    this.conflict.focus();
  }

  askField(name, theirs) {
    const template = this.conflict.querySelector("template");
    const row = this.conflict.querySelector(`[data-conflict-row="${name}"]`) ?? template.content.firstElementChild.cloneNode(true);
    if (!row.isConnected) {
      row.dataset.conflictRow = name;
      template.before(row);
      row.querySelector("[data-conflict-label]").textContent = this.label(name);
      row.querySelector("[data-conflict-own]").textContent = this.inWords(name, this.values()[name]);
      row.querySelectorAll("[data-conflict-for]").forEach((part) => (part.textContent = ` untuk ${this.label(name)}`));
    }
    const shown = row.querySelector("[data-conflict-text]");
    if (shown.tagName === "TEXTAREA") shown.value = theirs[0] ?? "";
    else shown.textContent = this.inWords(name, theirs);
    row.hidden = false;
    row.querySelector("[data-conflict-actions]").hidden = false;
    row.querySelector("[data-conflict-plain]")?.remove();
    const decide = (takeTheirs) => this.decide(row, name, takeTheirs ? theirs : null);
    row.querySelector("[data-conflict-mine]").onclick = () => decide(false);
    row.querySelector("[data-conflict-theirs]").onclick = () => decide(true);
  }

  decide(row, name, theirs) {
    if (theirs) this.write(name, theirs);
    this.open.delete(name);
    row.hidden = true;
    if (this.open.size) {
      this.conflict.focus();
      return;
    }
    this.conflict.hidden = true;
    this.blocked = false;
    this.form.querySelector(`[name="${name}"]`).focus();
    if (this.isDirty()) this.save();
    else this.settle();
  }

  // The page came back from a plain form with both texts: the version in the form is already the stored one.
  meetPlainConflict() {
    if (document.querySelector("[data-plain-conflict]")) {
      this.blocked = true;
      this.show("conflict", "Belum tersimpan: bandingkan, lalu simpan.");
    }
    const text = this.conflict?.querySelector("textarea[data-conflict-text]");
    if (!text || this.conflict.hidden) return;
    this.blocked = true;
    this.saved = { ...this.saved, text: [text.value] };
    this.show("conflict", "Belum tersimpan: pilih tulisan yang dipakai.");
    this.open = new Set(["text"]);
    this.askField("text", [text.value]);
  }

  settle() {
    this.copies.keep(this.key, null);
    this.show("saved", "Tersimpan");
  }

  write(name, values) {
    for (const field of this.form.querySelectorAll(`[name="${name}"]`)) {
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else field.value = values[0] ?? "";
    }
    this.form.querySelector(`[name="${name}"]`)?.dispatchEvent(new Event("input", { bubbles: true }));
  }

  label(name) {
    const field = this.form.querySelector(`[name="${name}"]`);
    const isOneOfMany = field.type === "radio" || this.form.querySelectorAll(`[name="${name}"]`).length > 1;
    const label = isOneOfMany ? field.closest("fieldset")?.querySelector("legend") : field.labels[0];
    return (label?.textContent ?? name).trim();
  }

  inWords(name, values) {
    const fields = [...this.form.querySelectorAll(`[name="${name}"]`)];
    if (fields[0].type === "checkbox" && fields.length === 1) return values.length ? "Ya" : "Tidak";
    if (fields[0].type === "date" && values[0]) {
      return new Intl.DateTimeFormat("id-ID", { dateStyle: "long", timeZone: "UTC" }).format(new Date(values[0]));
    }
    const words = fields.filter((field) => field.type === "checkbox" || field.type === "radio");
    if (!words.length) return values[0] || "–";
    return words.filter((field) => values.includes(field.value)).map((field) => field.labels[0].textContent.trim()).join(", ") || "–";
  }

  async offerKept() {
    const offer = document.querySelector("[data-kept]");
    const [copy] = this.blocked ? [] : await this.copies.left(this.key);
    if (!copy) return;
    if (this.fields.every((name) => same(plain(copy.values[name]), plain(this.saved[name])))) {
      this.copies.keep(copy.key, null);
      this.offerKept();
      return;
    }
    offer.querySelector("[data-kept-at]").textContent = clockTime(copy.at);
    offer.querySelector("[data-kept-text]").textContent = this.kept(copy);
    offer.hidden = false;
    const answer = (isRestored) => {
      offer.hidden = true;
      if (isRestored) this.restore(copy);
      this.copies.keep(copy.key, null);
      this.fields[0] && this.form.querySelector(`[name="${this.fields[0]}"]`).focus();
      this.offerKept();
    };
    offer.querySelector("[data-kept-restore]").onclick = () => answer(true);
    offer.querySelector("[data-kept-discard]").onclick = () => answer(false);
  }

  kept(copy) {
    const names = this.fields.filter((name) => !same(plain(copy.values[name]), plain(this.saved[name])));
    if (this.fields.length === 1) return copy.values[names[0]][0] ?? "";
    return names.map((name) => `${this.label(name)}: ${this.inWords(name, copy.values[name] ?? [])}`).join("\n");
  }

  // The copy keeps its own version: if what is stored moved on meanwhile, the server shows both.
  restore(copy) {
    if (this.token) this.token.value = copy.token;
    this.saved = { ...this.saved, ...copy.base };
    const changed = this.fields.filter((name) => copy.values[name] && !same(copy.values[name], copy.base[name]));
    for (const name of changed) this.write(name, copy.values[name]);
  }
}

document.querySelectorAll("[data-key]").forEach((box) => new Autosave(box));
