// One run of the app (or of its service worker): the server takes the clock of
// a run, which nobody can set, to tell how old an item is.
import { uuid } from "./bytes.js";

export const boot = uuid();
/** Milliseconds since this run began. */
export const mono = () => Math.round(performance.now());
