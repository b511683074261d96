// The self-assessment: counts the answers as they are given, and opens the box
// for the reason when something does not apply or is not met.
const count = document.getElementById("answered");

for (const form of document.querySelectorAll("form[data-answers]")) {
  const items = [...form.querySelectorAll("article")];
  const given = (item) => [...item.querySelectorAll("input[type=radio]:checked, input.short")].some((i) => i.value);
  const tell = () => {
    if (count) count.textContent = count.dataset.text.replace("#", items.filter(given).length);
  };
  form.addEventListener("change", (e) => {
    const more = e.target.closest("article")?.querySelector("details[data-more]");
    if (more && (e.target.value === "na" || e.target.value === "fail")) more.open = true;
    tell();
  });
}
