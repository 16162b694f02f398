// Dragging centers and points, adding and removing points: by pointer, or by keys.

import { by } from "./app.js";
import { assign } from "../model/lloyd.js";
import { rounded } from "../model/session.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("../model/types.js").Spot} Spot */
/** @typedef {{center: number, point: number}} Taken */

const REACH = 8; // CSS pixels beside a mark that still hit it
const FINGER = 16;
const NUDGE = 0.01; // of the window, for a press of an arrow key

/** @param {App} app */
export function connectEdits(app) {
  /** @type {HTMLCanvasElement} */
  const canvas = by("plane");
  /** @type {Taken | null} */
  let taken = null;
  /** @type {Spot} */
  let at = { x: 0, y: 0 };

  canvas.addEventListener("pointerdown", (event) => {
    const tool = toolNow();
    at = spotOf(canvas, event);
    const under = app.plane.under(at, event.pointerType === "touch" ? FINGER : REACH);
    const movable = app.lens.offPlane !== null;
    if (tool === "add" && app.session.recording.kind !== "picture") add(app, at);
    else if (tool === "remove" && under.point >= 0) remove(app, under.point);
    else if (tool === "move" && movable && (under.center >= 0 || canDrag(app, under.point))) {
      taken = under;
      app.pause();
      canvas.setPointerCapture(event.pointerId);
      event.preventDefault();
    }
  });
  canvas.addEventListener("pointermove", (event) => {
    const now = spotOf(canvas, event);
    if (!taken) {
      const under = app.plane.under(now, REACH);
      const hit = app.lens.offPlane !== null && (under.center >= 0 || canDrag(app, under.point));
      canvas.style.cursor = toolNow() === "add" ? "crosshair" : hit ? "grab" : "";
      return;
    }
    at = now;
    preview(app, taken, at);
  });
  canvas.addEventListener("pointerup", () => {
    if (taken) drop(app, taken, at);
    taken = null;
  });
  canvas.addEventListener("pointercancel", () => {
    taken = null;
    app.refit();
  });
  // A finger on a mark drags it; anywhere else it scrolls the page.
  canvas.addEventListener(
    "touchstart",
    (event) => {
      const under = app.plane.under(spotOf(canvas, event.touches[0]), FINGER);
      if (toolNow() !== "move" || under.center >= 0 || canDrag(app, under.point)) event.preventDefault();
    },
    { passive: false },
  );
  connectNudges(app, canvas);
}

function toolNow() {
  const chosen = document.querySelector("input[name=tool]:checked");
  return /** @type {HTMLInputElement} */ (chosen).value;
}

/** @param {HTMLElement} canvas @param {{clientX: number, clientY: number}} event */
function spotOf(canvas, event) {
  const box = canvas.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

/** @param {App} app @param {number} point */
function canDrag(app, point) {
  return point >= 0 && app.session.recording.kind !== "picture";
}

/** @param {App} app @param {Spot} at */
function add(app, at) {
  const { x, y } = app.plane.window.fromScreen(at);
  app.change(["add", rounded(x), rounded(y), ...goOn(app)]);
}

/** @param {App} app @param {number} point */
function remove(app, point) {
  const { session } = app;
  if (session.n <= session.k) {
    by("hint").textContent = `${session.k} clusters need at least ${session.k} points.`;
    return;
  }
  app.change(["remove", point, ...goOn(app)]);
}

/**
 * The centers to go on from, once all are there; before that, the run begins anew.
 * @param {App} app
 * @returns {[] | [number[][]]}
 */
function goOn(app) {
  const { session } = app;
  return session.frame.centers.length === session.k * session.d ? [session.centersNow()] : [];
}

/**
 * Show what a drag would do: the assignment to the centers as they are now.
 * @param {App} app @param {Taken} taken @param {Spot} at
 */
function preview(app, taken, at) {
  const { session, plane } = app;
  const { x, y } = plane.window.fromScreen(at);
  const centers = session.frame.centers.slice();
  if (taken.center >= 0) session.shift(centers, taken.center * session.d, x, y);
  else plane.spots.set([x, y], 2 * taken.point);
  const X = session.X.slice();
  if (taken.point >= 0) session.shift(X, taken.point * session.d, x, y);
  const assigned = session.frame.labels[0] >= 0;
  const labels = assigned ? assign(X, centers, session.d).labels : session.frame.labels;
  plane.draw({ ...session.frame, centers, labels, draw: null, changed: new Int32Array(0) }, centers, 1, app.layers);
}

/** @param {App} app @param {Taken} taken @param {Spot} at */
function drop(app, taken, at) {
  const { x, y } = app.plane.window.fromScreen(at);
  const [u, v] = [rounded(x), rounded(y)];
  if (taken.center >= 0) app.change(["center", taken.center, u, v, app.session.centersNow()]);
  else app.change(["move", taken.point, u, v, ...goOn(app)]);
}

/** @param {App} app @param {HTMLCanvasElement} canvas */
function connectNudges(app, canvas) {
  /** @type {Spot} */
  let at = { x: 0, y: 0 };
  /** @type {Record<string, [number, number]>} */
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.addEventListener("keydown", (event) => {
    const { plane, session } = app;
    const k = session.frame.centers.length / session.d;
    const number = Number(event.key);
    if (number >= 1 && number <= k && app.lens.offPlane) {
      plane.selected = number - 1;
      const spots = app.lens.project(session.frame.centers);
      at = plane.window.toScreen(spots[2 * plane.selected], spots[2 * plane.selected + 1]);
      app.pause();
      by("hint").textContent = `Center ${number} is taken: arrows move it, Enter sets it down.`;
    } else if (plane.selected >= 0 && arrows[event.key]) {
      const { width, height } = plane.window.size;
      at = { x: at.x + arrows[event.key][0] * NUDGE * width, y: at.y + arrows[event.key][1] * NUDGE * height };
      preview(app, { center: plane.selected, point: -1 }, at);
    } else if (plane.selected >= 0 && event.key === "Enter") {
      const center = plane.selected;
      plane.selected = -1;
      drop(app, { center, point: -1 }, at);
    } else if (plane.selected >= 0 && event.key === "Escape") {
      plane.selected = -1;
      app.show();
    } else return;
    event.preventDefault();
  });
}
