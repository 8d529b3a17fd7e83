// A long piece of work goes on by itself, part by part. Without a script its button does.

document.querySelector("form[data-onward]")?.requestSubmit();
