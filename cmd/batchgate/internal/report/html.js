"use strict";
(() => {
  const [mode, rule, text, found] = ["mode", "rule", "text", "found"].map((id) => document.getElementById(id));
  const all = [...document.querySelectorAll("article")];
  const show = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const a of all) {
      const is = (!mode.value || (" " + a.dataset.modes + " ").includes(" " + mode.value + " ")) &&
        (!rule.value || a.dataset.rules.includes(" " + rule.value + " ")) &&
        words.every((w) => a.dataset.text.toLowerCase().includes(w));
      a.hidden = !is;
      shown += is ? 1 : 0;
    }
    found.value = shown + " shown";
  };
  for (const control of [mode, rule, text]) control.addEventListener("input", show);
  document.getElementById("filter").addEventListener("submit", (e) => e.preventDefault());
  show();
})();
