// Reads a PDF inside the page by pdf.js, which is fetched when the first file is opened. Pages are drawn as they come
// into view and forgotten when they leave it. Nothing of the file acts: no scripts, no forms, no links, no frames.

const ZOOM_STEP = 1.25;
const SMALLEST_ZOOM = 0.5;
const LARGEST_ZOOM = 5;
const OPENING_TAKES = 30000;
const PAGE_TAKES = 20000;
const MOST_CANVAS_PIXELS = 16e6; // telephones refuse larger ones
const MOST_IMAGE_PIXELS = 8e7;
const CANNOT_FETCH = "Berkas tidak dapat diambil. Muat ulang halaman ini, masuk lagi bila diminta, lalu coba lagi.";
const CANNOT_SHOW = "Berkas ini tidak dapat ditampilkan di sini. Pilih Unduh untuk membacanya di perangkat Anda.";
const ONLY_A_PICTURE = "Halaman ini berupa gambar tanpa teks. Pilih Unduh bila Anda memerlukan alat pembaca lain.";
const KEYS = { ArrowRight: "next", ArrowLeft: "previous", "+": "larger", "=": "larger", "-": "smaller", 0: "fit", Escape: "close" };

class UnreachableError extends Error {}

function within(milliseconds, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("late")), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function loadStyle(address) {
  if (document.querySelector(`link[href="${address}"]`)) return Promise.resolve();
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
  const loaded = new Promise((resolve) => {
    link.onload = resolve;
    link.onerror = resolve;
  });
  document.head.append(link);
  return loaded;
}

async function fetchFile(address) {
  const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
  // Who is logged out is sent to the login page, which is an answer too.
  if (!answer?.ok || !answer.headers.get("Content-Type")?.startsWith("application/pdf")) throw new UnreachableError();
  return new Uint8Array(await answer.arrayBuffer());
}

class Page {
  constructor(reader, number, size) {
    this.reader = reader;
    this.number = number;
    this.size = size;
    this.drawing = 0;
    this.holder = document.createElement("div");
    this.holder.className = "pdf-page";
    this.holder.setAttribute("role", "group");
    this.holder.setAttribute("aria-label", `Halaman ${number}`);
    this.holder.dataset.number = number;
  }

  resize() {
    this.holder.style.width = `${Math.floor(this.size.width * this.reader.scale)}px`;
    this.holder.style.height = `${Math.floor(this.size.height * this.reader.scale)}px`;
    this.holder.style.setProperty("--total-scale-factor", this.reader.scale);
  }

  forget() {
    this.drawing += 1;
    this.task?.cancel();
    this.task = null;
    this.page?.cleanup();
    this.holder.replaceChildren();
  }

  async draw() {
    this.forget();
    const turn = this.drawing;
    const page = await this.reader.file.getPage(this.number);
    if (turn !== this.drawing) return;
    this.page = page;
    this.size = page.getViewport({ scale: 1 });
    this.resize();
    const viewport = page.getViewport({ scale: this.reader.scale });
    await this.drawPicture(page, viewport);
    if (turn === this.drawing) await this.drawText(page, viewport);
  }

  async drawPicture(page, viewport) {
    const area = viewport.width * viewport.height;
    const sharpness = Math.min(window.devicePixelRatio || 1, Math.sqrt(MOST_CANVAS_PIXELS / area));
    const canvas = document.createElement("canvas");
    canvas.width = Math.floor(viewport.width * sharpness);
    canvas.height = Math.floor(viewport.height * sharpness);
    canvas.setAttribute("aria-hidden", "true");
    this.holder.append(canvas);
    this.task = page.render({ canvas, viewport, transform: [sharpness, 0, 0, sharpness, 0, 0] });
    await within(PAGE_TAKES, this.task.promise);
    this.holder.dataset.drawn = "";
  }

  async drawText(page, viewport) {
    const layer = document.createElement("div");
    layer.className = "pdf-text";
    this.holder.append(layer);
    const text = new this.reader.library.TextLayer({ textContentSource: page.streamTextContent(), container: layer, viewport });
    await text.render();
    if (layer.textContent.trim()) return;
    layer.className = "visually-hidden";
    layer.textContent = ONLY_A_PICTURE;
  }
}

class Reader {
  constructor(root) {
    this.root = root;
    this.button = root.querySelector("[data-pdf-open]");
    this.pages = [];
    this.zoom = 1;
    this.current = 1;
  }

  async open() {
    this.button.disabled = true;
    await loadStyle(this.root.dataset.style);
    this.frame = this.root.querySelector("template").content.firstElementChild.cloneNode(true);
    this.root.append(this.frame);
    this.root.classList.add("is-open");
    this.button.disabled = false;
    this.button.setAttribute("aria-expanded", "true");
    this.list = this.frame.querySelector("[data-pdf-pages]");
    this.frame.addEventListener("click", (event) => this.clicked(event));
    this.list.addEventListener("scroll", () => this.tellPlace(), { passive: true });
    this.list.addEventListener("keydown", (event) => this.pressed(event));
    this.list.focus({ preventScroll: true });
    try {
      await within(OPENING_TAKES, this.load());
      if (this.frame) this.layOut();
    } catch (error) {
      this.fail(error);
    }
  }

  async load() {
    const { library, worker, folder, url } = this.root.dataset;
    const [bytes, pdfjs] = await Promise.all([fetchFile(url), import(library)]);
    this.library = pdfjs;
    pdfjs.GlobalWorkerOptions.workerSrc = worker;
    this.loading = pdfjs.getDocument({
      data: bytes,
      enableXfa: false,
      useWasm: false,
      wasmUrl: `${folder}wasm/`,
      standardFontDataUrl: `${folder}fonts/`,
      maxImageSize: MOST_IMAGE_PIXELS,
      verbosity: pdfjs.VerbosityLevel.ERRORS,
    });
    this.file = await this.loading.promise;
    this.first = await this.file.getPage(1);
  }

  layOut() {
    const size = this.first.getViewport({ scale: 1 });
    this.pages = Array.from({ length: this.file.numPages }, (_, index) => new Page(this, index + 1, size));
    this.list.append(...this.pages.map((page) => page.holder));
    this.applyZoom();
    this.eye = new IntersectionObserver((seen) => this.look(seen), { root: this.list, rootMargin: "50% 0px" });
    this.pages.forEach((page) => this.eye.observe(page.holder));
    let width = this.list.clientWidth;
    this.ruler = new ResizeObserver(() => {
      if (this.list.clientWidth === width) return;
      width = this.list.clientWidth;
      this.setZoom(this.zoom);
    });
    this.ruler.observe(this.list);
    this.tellPlace();
  }

  look(seen) {
    for (const { target, isIntersecting } of seen) {
      const page = this.pages[target.dataset.number - 1];
      page.isNear = isIntersecting;
      if (isIntersecting) this.draw(page);
      else page.forget();
    }
  }

  draw(page) {
    page.draw().catch((error) => {
      if (error.name !== "RenderingCancelledException" && this.frame) this.fail(error);
    });
  }

  applyZoom() {
    const { paddingLeft, paddingRight } = getComputedStyle(this.list);
    const room = this.list.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
    this.scale = (Math.max(room, 100) / this.pages[0].size.width) * this.zoom;
    this.pages.forEach((page) => page.resize());
  }

  setZoom(zoom) {
    const place = this.list.scrollTop / this.list.scrollHeight;
    this.zoom = Math.min(LARGEST_ZOOM, Math.max(SMALLEST_ZOOM, zoom));
    this.applyZoom();
    this.list.scrollTop = place * this.list.scrollHeight;
    this.pages.filter((page) => page.isNear).forEach((page) => this.draw(page));
    this.tellPlace();
  }

  tellPlace() {
    if (!this.pages.length) return;
    const middle = this.list.getBoundingClientRect().top + this.list.clientHeight / 3;
    const found = this.pages.find((page) => page.holder.getBoundingClientRect().bottom > middle);
    this.current = (found ?? this.pages.at(-1)).number;
    const text = `Halaman ${this.current} dari ${this.pages.length}`;
    const place = this.frame.querySelector("[data-pdf-place]");
    if (place.textContent !== text) place.textContent = text;
  }

  turn(step) {
    const page = this.pages[Math.min(this.pages.length, Math.max(1, this.current + step)) - 1];
    if (!page) return;
    const top = page.holder.getBoundingClientRect().top - this.list.getBoundingClientRect().top;
    this.list.scrollTop += top - 4;
    this.tellPlace(); // the next key may come before the scroll event
  }

  perform(what) {
    if (what === "close") this.close();
    else if (!this.pages.length) return;
    else if (what === "next") this.turn(1);
    else if (what === "previous") this.turn(-1);
    else if (what === "larger") this.setZoom(this.zoom * ZOOM_STEP);
    else if (what === "smaller") this.setZoom(this.zoom / ZOOM_STEP);
    else if (what === "fit") this.setZoom(1);
  }

  clicked(event) {
    const what = event.target.closest("[data-pdf-do]")?.dataset.pdfDo;
    if (what) this.perform(what);
  }

  pressed(event) {
    const what = KEYS[event.key];
    if (!what || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation(); // pages have keys of their own
    this.perform(what);
  }

  fail(error) {
    if (!this.frame) return;
    this.stop();
    const message = this.frame.querySelector("[data-pdf-message]");
    message.textContent = error instanceof UnreachableError ? CANNOT_FETCH : CANNOT_SHOW;
    message.hidden = false;
    this.frame.querySelector("[data-pdf-place]").textContent = "";
    this.list.hidden = true;
    this.frame.classList.add("is-failed");
    this.frame.querySelectorAll("[data-pdf-do]:not([data-pdf-do=close])").forEach((button) => button.setAttribute("disabled", ""));
  }

  stop() {
    this.eye?.disconnect();
    this.ruler?.disconnect();
    this.pages.forEach((page) => page.forget());
    this.pages = [];
    this.loading?.destroy();
    this.loading = null;
  }

  close() {
    this.stop();
    this.frame.remove();
    this.frame = null;
    this.zoom = 1;
    this.root.classList.remove("is-open");
    this.button.setAttribute("aria-expanded", "false");
    this.button.focus();
  }
}

const readers = new WeakMap();

document.addEventListener("click", (event) => {
  const root = event.target.closest("[data-pdf-open]")?.closest("[data-pdf]");
  if (!root) return;
  if (!readers.has(root)) readers.set(root, new Reader(root));
  const reader = readers.get(root);
  if (reader.frame) reader.close();
  else reader.open();
});

function offer() {
  document.querySelectorAll("[data-pdf-open][hidden]").forEach((button) => {
    button.hidden = false;
  });
}

offer();
document.addEventListener("htmx:load", offer);
