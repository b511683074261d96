// The self-assessment: counts the answers as they are given, and opens the box
// for the reason when something does not apply or is not met.
const count = document.getElementById("answered");

for (const form of document.querySelectorAll("form[data-answers]")) {
  const items = [...form.querySelectorAll("article")];
  const given = (item) => [...item.querySelectorAll("input[type=radio]:checked, input.short")].some((i) => i.value);
  const tell = () => {
    if (count) count.textContent = count.dataset.text.replace("#", items.filter(given).length);
  };
  // Without a script an item stands there with its condition; with one it comes
  // and goes, when the item that decides is on the same page and is chosen from
  // a list.
  const look = () => {
    for (const item of items.filter((i) => i.dataset.when)) {
      const other = items.find((i) => i.id === item.dataset.when), chosen = other && [...other.querySelectorAll("input[type=radio]")].filter((r) => !r.name.endsWith(".score"));
      if (!chosen?.length) continue;
      const value = chosen.find((r) => r.checked)?.value;
      item.hidden = other.hidden || !value || !item.dataset.is.trim().split(" ").includes(value);
    }
  };
  look();
  form.addEventListener("change", (e) => {
    const more = e.target.closest("article")?.querySelector("details[data-more]");
    if (more && (e.target.value === "na" || e.target.value === "fail")) more.open = true;
    look();
    tell();
  });
}
