"use strict";
const say = text => { document.getElementById("log").textContent += text + ";"; };
document.getElementById("name").addEventListener("input", e => say((e.isTrusted ? "typed " : "set ") + e.target.value));
document.getElementById("late").addEventListener("click", e => say((e.isTrusted ? "clicked " : "called ") + navigator.language));
setTimeout(() => { document.getElementById("late").disabled = false; }, 300);
