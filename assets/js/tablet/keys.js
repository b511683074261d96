// The server's keys on this tablet. Former ones are kept, so that receipts by
// them can still be shown to be true; which they are the server says too, for
// tablets that never saw them in use.

/**
 * @typedef {{id: string, public: string}} Key
 * @param {{signing: Key, former?: Key[]}|undefined} before
 * @param {{signing: Key, sealing: Key, former?: Key[]}} next
 */
export function merged(before, next) {
  const former = new Map([...(before?.former ?? []), ...(before ? [before.signing] : []), ...(next.former ?? [])].map((k) => [k.id, k]));
  former.delete(next.signing.id);
  return { signing: next.signing, sealing: next.sealing, former: [...former.values()] };
}
