// Unsent work as a file: for a tablet that never finds a network or is about
// to be repaired. The items are sealed to the server and the photos encrypted,
// so the file can travel on any stick; another tablet, or the server's
// "import tablet", takes it. Lines of JSON, the last one with the hash of all
// before it, so that half a file is never taken for a whole one.
import { base64url, encode, sha256, unbase64url } from "./bytes.js";
import * as db from "./db.js";

const FORMAT = "fangxin tablet export 1";

/** @returns {Promise<{file: Blob, name: string, items: number, photos: number}>} */
export async function exportUnsent() {
  const items = (await db.all("outbox")).sort((a, b) => a.seq - b.seq);
  const photos = (await db.all("photos")).filter((p) => p.state !== "sent");
  const lines = [JSON.stringify({ format: FORMAT, device: await db.get("meta", "device"), at: new Date().toISOString(), items: items.length, photos: photos.length })];
  for (const q of items) lines.push(JSON.stringify({ type: "item", id: q.id, seq: q.seq, device: q.device, account: q.account, inspection: q.inspection, item: q.item, kind: q.kind, hash: q.hash, at: q.at, sealed: q.sealed }));
  for (const p of photos) {
    const bytes = await db.get("blobs", [p.account, p.sha]);
    if (bytes) lines.push(JSON.stringify({ type: "photo", sha256: p.cipher.sha256, sha: p.sha, account: p.account, inspection: p.inspection, item: p.item, size: p.size, at: p.at, data: base64url(bytes) }));
  }
  const text = lines.map((l) => l + "\n").join("");
  const file = new Blob([text, JSON.stringify({ type: "end", sha256: await sha256(encode(text)) }) + "\n"], { type: "application/x-ndjson" });
  return { file, name: `fangxin-${new Date().toISOString().slice(0, 16).replaceAll(":", "")}.fangxin`, items: items.length, photos: photos.length };
}

/**
 * Adds a file's work to this tablet's queue; what it has already stays as it
 * is. Throws with the code of what is wrong: format, cut.
 * @param {Blob} file
 */
export async function importUnsent(file) {
  const text = await file.text();
  const end = text.lastIndexOf("\n", text.length - 2) + 1;
  let lines, last;
  try {
    lines = text.slice(0, end).trimEnd().split("\n").map((l) => JSON.parse(l));
    last = JSON.parse(text.slice(end));
  } catch {
    throw new Error(text.startsWith('{"format":"' + FORMAT) ? "cut" : "format");
  }
  if (lines[0]?.format !== FORMAT) throw new Error("format");
  if (last.type !== "end" || last.sha256 !== (await sha256(encode(text.slice(0, end))))) throw new Error("cut");
  const out = { items: 0, photos: 0, known: 0 };
  // Numbers of the queue are this tablet's own; the sealed one inside stays.
  await db.run(["meta", "outbox", "receipts", "photos", "blobs"], "readwrite", async (s) => {
    let seq = (await db.got(s.meta.get("seq"))) ?? 1;
    for (const l of lines.slice(1)) {
      if (l.type === "item") {
        if ((await db.got(s.outbox.index("id").count(l.id))) || (await db.got(s.receipts.get(l.id)))) { out.known++; continue; }
        s.outbox.add({ seq: seq++, id: l.id, account: l.account, device: l.device, inspection: l.inspection, item: l.item, kind: l.kind, hash: l.hash, at: l.at, sealed: l.sealed, tries: 1, state: "wait", from: lines[0].device });
        out.items++;
      } else if (l.type === "photo") {
        if (await db.got(s.photos.get([l.account, l.sha]))) { out.known++; continue; }
        s.photos.put({ account: l.account, inspection: l.inspection, item: l.item, sha: l.sha, size: l.size, cipher: { sha256: l.sha256 }, state: "wait", at: l.at, from: lines[0].device });
        s.blobs.put(unbase64url(l.data), [l.account, l.sha]);
        out.photos++;
      }
    }
    s.meta.put(seq + 64, "seq");
  });
  return out;
}
