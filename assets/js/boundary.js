// Drawing a boundary: clicks, or the arrow keys and Enter, set corners. The
// list of corners beside the map stays the one thing that is sent.
const chart = document.querySelector("[data-chart]");
const field = document.getElementById("f-corners");
if (chart && field) {
  const svg = chart.querySelector("[data-board]");
  const ring = chart.querySelector("[data-ring]");
  const marks = chart.querySelector("[data-corners]");
  const cross = chart.querySelector("[data-cross]");
  const said = chart.querySelector("[data-said-line]");
  const number = (name) => Number(chart.dataset[name]);
  const west = number("west"), north = number("north"), perX = number("perx"), perY = number("pery");
  const fixed = chart.querySelector("[data-fixed]");
  const wide = 800, high = 560;
  let at = { x: wide / 2, y: high / 2 };
  const small = Math.max(1, 560 / (svg.clientWidth || wide)); // marks stay large enough on a telephone
  let view = { x: 0, y: 0, zoom: 1 }; // zoom: drawing units to one of the window
  let corners = read();

  function read() {
    return field.value.split("\n").map((line) => line.split(/[,，;；\s]+/).filter(Boolean).map(Number))
      .filter((c) => c.length === 2 && c.every(Number.isFinite));
  }
  const place = ([lng, lat]) => ({ x: (lng - west) / perX, y: (north - lat) / perY });
  const degrees = (p) => [west + p.x * perX, north - p.y * perY];

  function inside(x, y, points) {
    let yes = false;
    for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
      const a = points[i], b = points[j];
      if ((a.y > y) !== (b.y > y) && x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x) yes = !yes;
    }
    return yes;
  }

  function show() {
    const points = corners.map(place);
    ring.setAttribute("points", points.map((p) => `${p.x.toFixed(1)},${p.y.toFixed(1)}`).join(" "));
    marks.replaceChildren(...points.map((p) => {
      const c = document.createElementNS("http://www.w3.org/2000/svg", "circle");
      c.setAttribute("class", "corner");
      c.setAttribute("cx", p.x.toFixed(1));
      c.setAttribute("cy", p.y.toFixed(1));
      c.setAttribute("r", 6 * small * view.zoom);
      return c;
    }));
    let n = 0;
    for (const dot of svg.querySelectorAll("[data-dot]")) {
      const yes = points.length > 2 && inside(Number(dot.getAttribute("cx")), Number(dot.getAttribute("cy")), points);
      if (yes) n++;
      if (dot.getAttribute("class") !== "in") dot.setAttribute("class", yes ? "new" : "out");
    }
    said.textContent = chart.dataset.said.replace("{0}", corners.length).replace("{1}", n);
  }

  function write() {
    field.value = corners.map(([lng, lat]) => `${lng.toFixed(6)}, ${lat.toFixed(6)}`).join("\n");
    show();
  }
  function add(p) { corners.push(degrees(p)); write(); }
  function undo() { corners.pop(); write(); }
  function move() { cross.setAttribute("transform", `translate(${at.x} ${at.y}) scale(${small * view.zoom})`); }

  // look shows another part of the drawing; marks and words keep their size.
  function look(x, y, zoom) {
    view = { x, y, zoom };
    svg.setAttribute("viewBox", `${x} ${y} ${wide * zoom} ${high * zoom}`);
    fixed.setAttribute("transform", `translate(${x} ${y}) scale(${zoom})`);
    for (const dot of svg.querySelectorAll("[data-dot]")) dot.setAttribute("r", 5 * small * zoom);
    const metres = number("metres") * zoom;
    svg.querySelector("[data-scale]").textContent = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
    move();
    show();
  }
  function zoom(by) {
    const to = Math.min(64, Math.max(1 / 16, view.zoom * by));
    const mid = { x: view.x + wide * view.zoom / 2, y: view.y + high * view.zoom / 2 };
    look(mid.x - wide * to / 2, mid.y - high * to / 2, to);
  }
  // follow moves the window when the cross leaves it.
  function follow() {
    const x = Math.min(at.x, Math.max(view.x, at.x - wide * view.zoom));
    const y = Math.min(at.y, Math.max(view.y, at.y - high * view.zoom));
    if (x !== view.x || y !== view.y) look(x, y, view.zoom);
    else move();
  }

  svg.setAttribute("tabindex", "0");
  svg.setAttribute("role", "application");
  svg.addEventListener("click", (e) => {
    const p = new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse());
    add({ x: p.x, y: p.y });
  });
  svg.addEventListener("focus", () => { cross.setAttribute("visibility", "visible"); move(); });
  svg.addEventListener("blur", () => cross.setAttribute("visibility", "hidden"));
  svg.addEventListener("keydown", (e) => {
    const step = (e.shiftKey ? 40 : 8) * view.zoom;
    const keys = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (keys[e.key]) {
      at = { x: at.x + keys[e.key][0], y: at.y + keys[e.key][1] };
      follow();
    } else if (e.key === "Enter" || e.key === " ") add(at);
    else if (e.key === "Backspace") undo();
    else if (e.key === "+" || e.key === "=") zoom(0.5);
    else if (e.key === "-") zoom(2);
    else return;
    e.preventDefault();
  });
  document.querySelector("[data-undo]").addEventListener("click", undo);
  document.querySelector("[data-clear]").addEventListener("click", () => { corners = []; write(); });
  for (const b of document.querySelectorAll("[data-zoom]")) b.addEventListener("click", () => zoom(Number(b.dataset.zoom)));
  field.addEventListener("input", () => { corners = read(); show(); });
  document.querySelector("[data-tools]").hidden = false;
  document.querySelector("[data-keys]").hidden = false;
  look(0, 0, 1);
}
