// Photos go after the answers, in pieces from where the server has them: a cut
// line costs at most one piece.
import * as db from "./db.js";
import { call, Offline, Refusal } from "./net.js";

const PIECE = 256 * 1024;

/** @param {any} account with its ticket @param {(kind: string) => void} tell */
export async function pushPhotos(account, tell) {
  for (const photo of await db.all("photos", "state", "wait")) {
    if (photo.account !== account.id) continue;
    try {
      await one(account, photo);
      await mark(photo, (p) => { p.state = "sent"; p.sent = Date.now(); });
    } catch (e) {
      if (!(e instanceof Refusal) || e.status === 401 || e.status === 429 || e.status >= 500) throw e;
      await mark(photo, (p) => { p.state = "parked"; p.problem = e.problem ?? { status: e.status, title: e.message }; });
    }
    tell("queue");
  }
}

const mark = (photo, edit) => db.run(["photos"], "readwrite", async (s) => {
  const p = await db.got(s.photos.get([photo.account, photo.sha]));
  if (!p) return;
  edit(p);
  s.photos.put(p);
});

async function one(account, photo) {
  const address = "/photos/" + photo.cipher.sha256;
  /** @type {Uint8Array} */
  const bytes = await db.get("blobs", [photo.account, photo.sha]);
  if (!bytes) throw new Refusal(410, { title: "the bytes are not on this tablet" });
  // Only a photo that was begun before can be there in part.
  let at = photo.begun ? await asked(await call(address, { method: "HEAD", ticket: account.ticket, quiet: [404] })) : 0;
  if (!photo.begun) await mark(photo, (p) => { p.begun = true; });
  let wrong = 0, spoiled = 0;
  while (at < bytes.length) {
    const piece = bytes.subarray(at, at + PIECE);
    const r = await call(address, {
      method: "PATCH", ticket: account.ticket, quiet: [409], body: piece,
      headers: { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(at), "Upload-Length": String(bytes.length) },
    });
    const now = await asked(r);
    if (r.status === 409 || now <= at) {
      // From the start again: what arrived had another hash than its address.
      if (now === 0 && at + piece.length >= bytes.length && ++spoiled > 1) throw new Refusal(409, await r.json().catch(() => null));
      if (++wrong > 4) throw new Offline("offset");
    }
    at = now;
  }
}

// asked is how many bytes the server has.
async function asked(r) {
  if (r.status === 404) return 0;
  const n = Number(r.headers.get("Upload-Offset"));
  return Number.isSafeInteger(n) && n >= 0 ? n : 0;
}
