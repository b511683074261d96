// Where the inspector stands: a position with its accuracy, or why there is
// none. It is asked for, never taken silently.

/** When a place was found, by this device's clock, as it is sent with what it is used for. @param {any} place of {@link locate} */
export const fixedAt = (place) => (place?.found ? { fixed_at: new Date(place.found).toISOString() } : {});

/** The place alone, as it is recorded. @param {any} place */
export const plain = ({ found, ...place }) => place;

/**
 * A place with the moment when the device found it, ms.
 * @returns {Promise<{lng_e7: number, lat_e7: number, datum: string, accuracy_m: number, found: number}>} rejects with a code: denied, unavailable, timeout
 */
export function locate() {
  return new Promise((done, fail) => {
    if (!navigator.geolocation) return fail(new Error("unavailable"));
    navigator.geolocation.getCurrentPosition(
      (p) => done({ lng_e7: Math.round(p.coords.longitude * 1e7), lat_e7: Math.round(p.coords.latitude * 1e7), datum: "wgs84", accuracy_m: Math.max(1, Math.round(p.coords.accuracy)), found: Math.round(p.timestamp) || Date.now() }),
      (e) => fail(new Error(e.code === 1 ? "denied" : e.code === 3 ? "timeout" : "unavailable")),
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
    );
  });
}

/** Metres between two positions in degrees. */
export function metres(a, b) {
  const rad = Math.PI / 180, x = (b.lon - a.lon) * rad * Math.cos(((a.lat + b.lat) / 2) * rad), y = (b.lat - a.lat) * rad;
  return Math.round(Math.hypot(x, y) * 6371000);
}
