// Photos are redrawn at most 1600 pixels long before they are sent: small on a
// bad network, and without the place where they were taken.
const longest = 1600, quality = 0.8;

export async function shrink(file) {
  if (!file.type.startsWith("image/")) return file;
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
    canvas.width = 0; // gives the memory back on cheap tablets
    return blob ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
  } catch {
    return file; // a format this browser cannot read: the server looks at it
  }
}

// data-shrink on a file input; data-shrink="send" also sends the form.
addEventListener("change", async (e) => {
  const input = e.target;
  if (!input.matches("input[type=file][data-shrink]") || !input.files.length) return;
  const list = new DataTransfer();
  for (const file of input.files) list.items.add(await shrink(file)); // one at a time
  input.files = list.files;
  if (input.dataset.shrink === "send") input.form.requestSubmit();
});
