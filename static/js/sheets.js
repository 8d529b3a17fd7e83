// The import page: a file that is too large is named before it is sent, and a button that works says so.

function written(bytes) {
  return `${(bytes / 1048576).toFixed(1).replace(".", ",")} MB`;
}

for (const input of document.querySelectorAll("input[type=file][data-max-bytes]")) {
  input.addEventListener("change", () => {
    const file = input.files[0];
    const limit = Number(input.dataset.maxBytes);
    const isTooLarge = Boolean(file) && file.size > limit;
    input.setCustomValidity(
      isTooLarge ? `Berkas ${written(file.size)} terlalu besar, maksimal ${written(limit)}. Bagi datanya menjadi beberapa berkas.` : "",
    );
    if (isTooLarge) input.reportValidity();
  });
}

for (const form of document.querySelectorAll("form[data-busy]")) {
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  form.append(said);
  form.addEventListener("submit", (event) => {
    const refused = [...form.elements].find((element) => element.validity?.customError);
    if (form.getAttribute("aria-busy") === "true" || refused) {
      event.preventDefault();
      refused?.reportValidity();
      return;
    }
    form.setAttribute("aria-busy", "true");
    said.textContent = `${form.dataset.busy}. Jangan menutup halaman ini.`;
  });
}

// Coming back by the browser's button: the form works again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-busy]")) form.removeAttribute("aria-busy");
});
