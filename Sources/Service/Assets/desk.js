"use strict";
// The desk is whole without this script: it adds keys, and progress that moves by itself.

const papers = [...document.querySelectorAll(".papers > li")];
let chosen = -1;

function choose(index) {
  if (papers.length === 0) return;
  papers[chosen]?.classList.remove("chosen");
  chosen = Math.max(0, Math.min(papers.length - 1, index));
  papers[chosen].classList.add("chosen");
  papers[chosen].scrollIntoView({ block: "nearest" });
  papers[chosen].querySelector("a")?.focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  if (event.key === "/") {
    event.preventDefault();
    document.querySelector("input[type=search]")?.focus();
  } else if (event.key === "j") choose(chosen + 1);
  else if (event.key === "k") choose(chosen - 1);
  else if (event.key === "s") document.querySelector("button[name=save]")?.click();
});

const run = document.querySelector("[data-run]");
if (run) {
  const look = async () => {
    const answer = await fetch(`/runs/${run.dataset.run}.json`);
    if (!answer.ok) return;
    const state = await answer.json();
    run.querySelector("progress").value = state.share;
    run.querySelector("[data-text]").textContent = state.text;
    if (state.stage === "finished" || state.stage === "failed") location.reload();
    else setTimeout(look, 1000);
  };
  look();
}
