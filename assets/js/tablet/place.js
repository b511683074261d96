// Where the inspector stands: a position with its accuracy, or why there is
// none. It is asked for, never taken silently.

/**
 * @returns {Promise<{lng_e7: number, lat_e7: number, datum: string, accuracy_m: number}>} rejects with a code: denied, unavailable, timeout
 */
export function locate() {
  return new Promise((done, fail) => {
    if (!navigator.geolocation) return fail(new Error("unavailable"));
    navigator.geolocation.getCurrentPosition(
      (p) => done({ lng_e7: Math.round(p.coords.longitude * 1e7), lat_e7: Math.round(p.coords.latitude * 1e7), datum: "wgs84", accuracy_m: Math.max(1, Math.round(p.coords.accuracy)) }),
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
