// Buttons, fields and keys.

import { by } from "./app.js";
import { stepAt } from "../drawing/curve.js";
import { objection } from "./hints.js";
import { bars, rangeOf } from "../drawing/histogram.js";
import { CLOUDS } from "../drawing/view.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./hints.js").Action} Action */

/** @param {App} app */
export function connect(app) {
  connectPlayback(app);
  connectChanges(app);
  connectStarts(app);
  connectFailures(app);
  connectKeys(app);
}

/**
 * Press one of the algorithm's buttons: a half-step if it is due, a hint if not.
 * @param {App} app @param {Action} action
 */
export function press(app, action) {
  app.pause();
  const why = objection(app.session, action);
  if (!why) {
    app.step();
    return;
  }
  app.hint = why;
  by("hint").textContent = why;
  by(action).classList.remove("wrong");
  void by(action).offsetWidth; // so that the shake begins anew
  by(action).classList.add("wrong");
}

/** @param {App} app */
function toggle(app) {
  if (app.playing) app.pause();
  else app.play();
}

/** @param {App} app */
function connectPlayback(app) {
  for (const action of /** @type {Action[]} */ (["choose", "assign", "update"])) {
    by(action).onclick = () => press(app, action);
  }
  /** @param {() => void} move */
  const paused = (move) => () => {
    app.pause();
    move();
  };
  by("first").onclick = paused(() => app.go(0));
  by("back").onclick = paused(() => app.back());
  by("forward").onclick = paused(() => app.step());
  by("last").onclick = paused(() => app.go(Infinity));
  by("play").onclick = () => toggle(app);
  by("scrub").oninput = () => {
    const step = Number(by("scrub").value); // pausing shows the old one
    app.pause();
    app.go(step);
  };
  by("curve").onclick = (/** @type {MouseEvent} */ event) => {
    const box = by("curve").getBoundingClientRect();
    app.pause();
    app.go(stepAt((event.clientX - box.left) / box.width, app.session.frames.length));
  };
  by("speed").onchange = () => {
    app.speed = Number(by("speed").value);
    app.show();
  };
}

/** @param {App} app */
function connectChanges(app) {
  for (const layer of /** @type {const} */ (["cells", "trails", "lines"])) {
    by(layer).onchange = () => {
      app.layers[layer] = by(layer).checked;
      app.show();
    };
  }
  by("cloud").innerHTML = CLOUDS.map((cloud) => `<option>${cloud}</option>`).join("");
  by("cloud").onchange = () => {
    app.cloud = by("cloud").value;
    app.refit();
  };
  by("k").onchange = () => whole("k", 1, Math.min(30, app.session.n), (k) => app.change(["k", k]), app);
  by("seed").onchange = () => whole("seed", 0, 2 ** 32 - 1, (seed) => app.change(["seed", seed]), app);
  by("redraw").onclick = () => app.change(["seed", (app.session.seed + 1) % 2 ** 32]);
  by("init").onchange = () => app.change(["init", by("init").value]);
  document.querySelectorAll(".times").forEach((button) => {
    const { axis, factor } = /** @type {HTMLElement} */ (button).dataset;
    button.addEventListener("click", () => app.change(["scale", Number(axis), Number(factor)]));
  });
  by("undo").onclick = () => app.undo();
  by("reset").onclick = () => app.open(app.session.recording.key);
  by("full").hidden = !document.fullscreenEnabled;
  by("full").onclick = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  };
}

/**
 * Take a whole number from a field; put the old one back if it is none.
 * @param {string} id @param {number} least @param {number} most
 * @param {(value: number) => void} take @param {App} app
 */
function whole(id, least, most, take, app) {
  const value = Number(by(id).value);
  if (Number.isInteger(value) && by(id).value !== "" && value >= least && value <= most) {
    take(value);
    return;
  }
  app.show();
  by("hint").textContent = `${id} is a whole number from ${least} to ${most.toLocaleString("en-US")}.`;
}

/** @param {App} app */
function connectStarts(app) {
  document.querySelectorAll("[data-init]").forEach((button) => {
    button.addEventListener("click", () => {
      app.startsInit = button.getAttribute("data-init") ?? "random";
      app.show();
    });
  });
  by("bars").onclick = (/** @type {MouseEvent} */ event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("[data-bar]");
    const { starts } = app.session.recording;
    if (!button) return;
    const place = Number(button.getAttribute("data-bar"));
    const bar = bars(starts[app.startsInit], rangeOf(starts))[place];
    const last = app.session.changes[app.session.changes.length - 1];
    const before = last && last[0] === "start" ? bar.starts.indexOf(last[2]) : -1;
    const next = bar.starts[(before + 1) % bar.starts.length];
    app.session.cursor = 0;
    app.change(["start", app.startsInit, next]);
    app.go(0);
    by("bars").querySelector(`[data-bar="${place}"]`)?.focus();
    if (app.still.matches) app.go(Infinity);
    else app.play();
  };
}

/** @param {App} app */
function connectFailures(app) {
  by("cards").innerHTML = app.recordings
    .map((r, i) => `<button type="button" data-key="${r.key}">${i && r.why.length ? r.title : "Your data"}</button>`)
    .join("");
  by("cards").onclick = (/** @type {MouseEvent} */ event) => {
    const key = /** @type {HTMLElement} */ (event.target).getAttribute("data-key");
    if (key) app.open(key);
  };
}

/** @param {App} app */
function connectKeys(app) {
  /** @type {Record<string, () => void>} */
  const keys = {
    " ": () => toggle(app),
    ArrowRight: () => by("forward").click(),
    ArrowLeft: () => by("back").click(),
    Home: () => by("first").click(),
    End: () => by("last").click(),
    c: () => press(app, "choose"),
    a: () => press(app, "assign"),
    u: () => press(app, "update"),
    v: () => by("cells").click(),
    t: () => by("trails").click(),
    l: () => by("lines").click(),
    z: () => app.undo(),
  };
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const takesKeys = target.closest("input, select, summary");
    const pressed = event.key === " " && target.closest("button");
    if (event.defaultPrevented || takesKeys || pressed || event.altKey || event.metaKey) return;
    if (event.ctrlKey && event.key !== "z") return;
    if (keys[event.key]) {
      keys[event.key]();
      event.preventDefault();
    }
  });
}
