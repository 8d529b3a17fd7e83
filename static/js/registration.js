// Registration of a unit: the list of known units becomes a field in which one types; without this script it stays a list.

const PAUSE = 200;
const SHORTEST = 2;

class UnitSearch {
  constructor(select) {
    this.select = select;
    this.texts = select.dataset;
    this.newUnit = document.querySelector("[data-new-unit]");
    this.options = [];
    this.current = -1;
    this.asked = 0;
    this.build();
    this.bind();
    this.start();
  }

  build() {
    const select = this.select;
    const id = select.id;
    // The field takes the place and the id of the list, so that label and error summary lead to it.
    select.id = `${id}_list`;
    select.hidden = true;
    this.input = document.createElement("input");
    Object.assign(this.input, { id, name: "typed_unit", value: this.texts.typed, type: "text", className: "form-control", autocomplete: "off", placeholder: this.texts.placeholder });
    const attributes = { role: "combobox", "aria-expanded": "false", "aria-controls": `${id}_options`, "aria-autocomplete": "list", spellcheck: "false" };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (select.hasAttribute(name)) this.input.setAttribute(name, select.getAttribute(name));
    }
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: `${id}_options`, className: "combobox-options", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.texts.listLabel);
    this.status = document.createElement("p");
    this.status.className = "combobox-status";
    this.status.setAttribute("role", "status");
    const box = document.createElement("div");
    box.className = "combobox";
    box.append(this.input, this.list);
    select.before(box, this.status);
    const help = document.getElementById(`${id}_helptext`);
    if (help) help.textContent = this.texts.searchHelp;
  }

  bind() {
    this.input.addEventListener("input", () => {
      this.choose("");
      this.status.textContent = "";
      clearTimeout(this.pause);
      this.pause = setTimeout(() => this.ask(), PAUSE);
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest('[role="option"]');
      if (option) this.take(this.options[[...this.list.children].indexOf(option)]);
    });
  }

  start() {
    const chosen = this.select.selectedOptions[0];
    if (chosen?.value) this.input.value = chosen.textContent;
    const fields = [...this.newUnit.querySelectorAll("input:not([type=radio]), select")];
    const begun = fields.some((field) => field.value) || this.newUnit.querySelector(".has-error");
    if (begun && !chosen?.value) {
      this.input.value = this.texts.none;
      this.showNewUnit(true);
    } else {
      this.showNewUnit(false);
    }
  }

  showNewUnit(shown) {
    this.newUnit.hidden = !shown;
  }

  // The list keeps what is sent; a unit that became known after the page was loaded is added to it.
  choose(id, name = "") {
    if (id && ![...this.select.options].some((option) => option.value === id)) this.select.add(new Option(name, id));
    this.select.value = id;
    this.showNewUnit(false);
  }

  async ask() {
    const typed = this.input.value.trim();
    if (typed.length < SHORTEST) return this.close();
    const turn = ++this.asked;
    let answer;
    try {
      const response = await fetch(`${this.texts.unitSearch}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } });
      answer = await response.json();
    } catch {
      answer = { message: this.texts.fault };
    }
    if (turn !== this.asked) return undefined;
    const units = answer.units ?? [];
    this.options = [...units, { isNone: true, name: this.texts.none, typed }];
    this.status.textContent = answer.message ?? (units.length ? `${units.length} unit ditemukan` : "Tidak ada unit yang mirip dalam daftar");
    return this.open();
  }

  open() {
    this.list.replaceChildren(...this.options.map((option, place) => this.draw(option, place)));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark(-1);
  }

  draw(option, place) {
    const row = document.createElement("li");
    row.id = `${this.list.id}_${place}`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    row.className = option.isNone ? "combobox-option is-none" : "combobox-option";
    row.append(option.name);
    if (!option.isNone && !option.is_open) {
      const note = document.createElement("span");
      note.className = "combobox-note";
      note.textContent = ` (${this.texts.taken})`;
      row.append(note);
    }
    return row;
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.current = -1;
  }

  mark(place) {
    this.current = place;
    [...this.list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === place)));
    const row = this.list.children[place];
    if (!row) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", row.id);
    return row.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const isOpen = !this.list.hidden;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (!isOpen) return this.ask();
      const count = this.options.length;
      return this.mark(this.current < 0 ? (step > 0 ? 0 : count - 1) : (this.current + step + count) % count);
    }
    if (event.key === "Escape" && isOpen) return this.close();
    if (event.key === "Enter" && isOpen) {
      // Enter never sends the form while one chooses.
      event.preventDefault();
      if (this.current >= 0) this.take(this.options[this.current]);
    }
    return undefined;
  }

  take(option) {
    this.close();
    if (option.isNone) {
      this.choose("");
      this.input.value = this.texts.none;
      this.status.textContent = "";
      this.showNewUnit(true);
      const name = this.newUnit.querySelector('input[name="name"]');
      if (!name.value) name.value = option.typed;
      this.newUnit.querySelector("select, input").focus();
    } else if (option.is_open) {
      this.choose(String(option.id), option.name);
      this.input.value = option.name;
      this.status.textContent = `Dipilih: ${option.name}`;
    } else {
      this.choose("");
      this.status.textContent = `${option.name} ${this.texts.taken}. ${this.texts.join}`;
    }
  }
}

document.querySelectorAll("select[data-unit-search]").forEach((select) => new UnitSearch(select));
