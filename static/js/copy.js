// Copy buttons: data-copy names the element whose text is copied.

const said = document.querySelector("[data-copy-state]");

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    said.textContent = "Tersalin.";
    button.classList.add("is-copied");
    setTimeout(() => button.classList.remove("is-copied"), 2000);
  } catch {
    // Without permission to write the clipboard, select the text so that Ctrl+C takes it.
    getSelection().selectAllChildren(source);
    said.textContent = "Teks dipilih. Tekan Ctrl+C untuk menyalin.";
  }
}

document.querySelectorAll("[data-copy]").forEach((button) => button.addEventListener("click", () => copy(button)));
