// Helps for pages that are complete without them. Behaviour hangs on data-…
// attributes; nothing here is needed to finish a task.
import "./form.js";
import "./photo.js";
import "./swap.js";

const errors = document.getElementById("errors");
if (errors) errors.focus();

// data-open="#id" on a button opens a <dialog>; data-close closes it.
addEventListener("click", (e) => {
  const open = e.target.closest?.("[data-open]");
  if (open) document.querySelector(open.dataset.open)?.showModal();
  if (e.target.closest?.("[data-close]")) e.target.closest("dialog")?.close();
});
