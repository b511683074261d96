// "I am in the shop": fills the coordinates, only when asked.
const button = document.querySelector("[data-locate]");
if (button && navigator.geolocation) {
  button.hidden = false;
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition((p) => {
    const f = button.form.elements;
    f["point.lng"].value = p.coords.longitude.toFixed(6);
    f["point.lat"].value = p.coords.latitude.toFixed(6);
    f["point.datum"].value = "wgs84";
  }, () => { button.textContent = button.dataset.failed; }, { enableHighAccuracy: true, timeout: 15000 }));
}
