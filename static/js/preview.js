// A preview that stays open beside the committee's form shows what was saved there, without a click.

const address = document.querySelector("[data-preview]")?.dataset.preview;
new BroadcastChannel("kiks-pratinjau").addEventListener("message", () => {
  if (address) location.replace(address + location.hash);
});
