// Typing a sheet from paper: Enter goes on to the next field, and sends only from the button. A double Enter never sends.
"use strict";

const form = document.querySelector("[data-typing] form");

if (form) {
  const stops = [...form.querySelectorAll("[data-mark], textarea, input[type=file], button[type=submit]")];
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("[data-mark]")) return;
    event.preventDefault();
    const next = stops[stops.indexOf(event.target) + (event.shiftKey ? -1 : 1)];
    if (!next) return;
    next.focus();
    if (next.matches("[data-mark]")) next.select();
  });
  // A page with errors moves to its summary by itself.
  if (!form.querySelector("[aria-invalid=true]")) form.querySelector("[data-mark]")?.focus();
}
