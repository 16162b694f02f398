// The page: a session, and everything that shows it.

import { readAddress, writeAddress } from "./address.js";
import { curve } from "../drawing/curve.js";
import { barButtons, bars, rangeOf, startsText } from "../drawing/histogram.js";
import { drawPhoto } from "../drawing/photo.js";
import { Plane } from "../drawing/plane.js";
import { Session } from "../model/session.js";
import { clusterRows } from "../drawing/table.js";
import { CLOUDS, lensOf } from "../drawing/view.js";
import { amount, told } from "../drawing/words.js";

/** @typedef {import("../model/types.js").Recording} Recording */
/** @typedef {import("../model/types.js").Change} Change */

const STEP_TIME = 900; // milliseconds of a half-step at speed 1
const GLIDE = 0.6; // of them a center takes to move

/**
 * An element that the page surely has.
 * @param {string} id
 * @returns {any}
 */
export function by(id) {
  return document.getElementById(id);
}

export class App {
  /**
   * @param {Recording[]} recordings @param {Record<string, unknown>} options
   */
  constructor(recordings, options) {
    this.recordings = recordings;
    this.session = new Session(recordings[0]);
    this.plane = new Plane(by("plane"));
    this.layers = { cells: true, trails: true, lines: false };
    this.cloud = CLOUDS[0];
    this.speed = 1;
    this.playing = false;
    this.timer = 0;
    this.glide = 0; // the animation frame that is asked for
    this.startsInit = "random";
    this.hint = "";
    this.options = options;
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.lens = lensOf(recordings[0], this.cloud);
  }

  /** Show what the address, or the page's maker, asks for. */
  restore() {
    const place = readAddress(this.options);
    const recording = this.recordings.find((r) => r.key === place.set) ?? this.recordings[0];
    this.session.open(recording);
    for (const layer of /** @type {const} */ (["cells", "trails", "lines"])) {
      this.layers[layer] = place[layer] ?? this.layers[layer];
    }
    if (CLOUDS.includes(place.cloud ?? "")) this.cloud = place.cloud ?? this.cloud;
    this.speed = place.speed || 1;
    try {
      this.session.changes = place.changes ?? [];
      this.session.replay();
    } catch {
      this.session.open(recording); // changes of another set
    }
    const last = this.session.frames.length - 1;
    this.session.cursor = Math.min(Math.max(0, Math.round(place.step || 0)), last);
    this.refit();
  }

  /** Begin with another recording. @param {string} key */
  open(key) {
    const recording = this.recordings.find((r) => r.key === key);
    if (!recording) return;
    this.pause();
    this.session.open(recording);
    this.hint = "";
    this.refit();
  }

  /** Take the points, the lens and the window's size anew. */
  refit() {
    this.lens = lensOf(this.session.recording, this.cloud);
    by("photo-frame").hidden = this.session.recording.kind !== "picture";
    this.plane.fit(this.session, this.lens);
    this.show();
  }

  /** @param {Change} change */
  change(change) {
    const atEnd = this.session.next === null;
    const wasPlaying = this.playing;
    this.pause();
    this.session.change(change);
    this.hint = "";
    this.refit();
    const goesOn = this.session.centers !== null && (wasPlaying || atEnd);
    if (goesOn && !this.still.matches) this.play();
    else if (goesOn) this.go(this.session.frames.length - 1);
  }

  undo() {
    this.pause();
    this.session.undo();
    this.refit();
  }

  /** @param {number} cursor @param {boolean} [moving] whether centers glide there */
  go(cursor, moving = false) {
    const before = this.session.frame;
    const last = this.session.frames.length - 1;
    this.session.cursor = Math.min(Math.max(0, cursor), last);
    this.hint = "";
    this.show();
    if (moving && !this.still.matches) this.animate(before.centers);
  }

  step() {
    if (this.session.next) this.go(this.session.cursor + 1, true);
  }

  back() {
    this.go(this.session.cursor - 1);
  }

  play() {
    if (!this.session.next) this.session.cursor = 0;
    this.playing = true;
    this.tick();
  }

  tick() {
    this.step();
    if (!this.session.next) {
      this.pause();
      return;
    }
    this.timer = window.setTimeout(() => this.tick(), STEP_TIME / this.speed);
  }

  pause() {
    clearTimeout(this.timer);
    this.playing = false;
    this.show();
  }

  /**
   * Let the centers glide from where they were.
   * @param {Float64Array} from
   */
  animate(from) {
    cancelAnimationFrame(this.glide);
    const began = performance.now();
    const time = (STEP_TIME * GLIDE) / this.speed;
    const { frame } = this.session;
    const glides = from.length === frame.centers.length;
    const paint = () => {
      if (this.session.frame !== frame) return;
      const share = Math.min(1, (performance.now() - began) / time);
      const eased = 1 - (1 - share) ** 3;
      const at = glides ? frame.centers.map((c, i) => from[i] + eased * (c - from[i])) : frame.centers;
      this.plane.draw(frame, at, eased, this.layers);
      this.glide = share < 1 ? requestAnimationFrame(paint) : 0;
    };
    paint();
  }

  /** Show the current frame, everywhere. */
  show() {
    const { session } = this;
    cancelAnimationFrame(this.glide);
    this.glide = 0;
    this.plane.draw(session.frame, session.frame.centers, 1, this.layers);
    if (session.recording.shape) drawPhoto(by("photo"), session);
    this.showWords();
    this.showNumbers();
    this.showControls();
    this.showStarts();
    this.showFailures();
    writeAddress({
      set: session.recording.key,
      step: session.cursor,
      changes: session.changes,
      speed: this.speed,
      cloud: session.recording.kind === "picture" ? this.cloud : "",
      ...this.layers,
    });
  }

  showWords() {
    const { session } = this;
    const { recording } = session;
    const words = told(session);
    by("name").textContent = recording.title;
    by("about").textContent = `${session.n.toLocaleString("en-US")} points, k = ${session.k}, ${
      session.live ? session.init : recording.init === "given" ? "centers given" : recording.init
    }`;
    by("step-title").textContent = words.title;
    by("step-text").textContent = words.text;
    by("formula").innerHTML = words.formula;
    by("source").textContent = session.live
      ? "Live: computed on this page, plain Lloyd in JavaScript"
      : `Recorded from kmosaic’s engine (${recording.algorithm})`;
    by("source").classList.toggle("live", session.live);
    by("live-note").hidden = !session.live;
    by("notes").textContent = recording.notes.join(" ");
    by("hint").textContent = this.hint;
    const spoken = `Half-step ${session.cursor} of ${session.frames.length - 1}. ${words.title}. ${words.text}`;
    // While it plays, a voice would lag behind: it speaks where the run stops.
    if (!this.playing || !session.next) by("spoken").textContent = spoken;
    by("plane").setAttribute("aria-label", `${session.n} points and ${session.frame.centers.length / session.d} centers. ${words.title}.`);
  }

  showNumbers() {
    const { session } = this;
    const { frame } = session;
    by("inertia").textContent = frame.inertia === null ? "" : amount(frame.inertia);
    by("curve").innerHTML = curve(session.frames, session.cursor);
    by("clusters").innerHTML = clusterRows(session, this.lens);
    by("mean-head").textContent = session.recording.kind === "picture" ? "Color" : "Center";
    by("across").textContent = this.lens.names[0];
    by("up").textContent = this.lens.names[1] + (this.plane.window.stretched ? " (another scale)" : "");
  }

  showControls() {
    const { session } = this;
    const last = session.frames.length - 1;
    const picture = session.recording.kind === "picture";
    const scrub = by("scrub");
    scrub.max = String(last);
    scrub.value = String(session.cursor);
    scrub.setAttribute("aria-valuetext", `${session.cursor} of ${last}`);
    by("count").textContent = `${session.cursor} / ${last}`;
    for (const id of ["first", "back"]) by(id).disabled = session.cursor === 0;
    for (const id of ["forward", "last"]) by(id).disabled = session.cursor === last;
    by("play").classList.toggle("playing", this.playing);
    by("play").setAttribute("aria-label", this.playing ? "Pause" : "Play");
    for (const layer of /** @type {const} */ (["cells", "trails", "lines"])) by(layer).checked = this.layers[layer];
    by("cells").disabled = this.lens.offPlane === null;
    by("speed").value = String(this.speed);
    by("cloud-label").hidden = !picture;
    by("cloud").value = this.cloud;
    by("k").value = String(session.k);
    by("k").max = String(Math.min(30, session.n));
    by("seed").value = String(session.seed);
    by("init").value = session.init;
    by("undo").disabled = by("reset").disabled = !session.live;
    for (const axis of [0, 1]) by(`axis-${axis}`).textContent = this.lens.names[axis];
    by("axes").hidden = picture || !this.lens.names[1];
    document.querySelectorAll(".changes-points").forEach((one) => {
      /** @type {HTMLElement} */ (one).hidden = picture;
    });
    by("choose").textContent = session.init === "k-means++" && session.k > 1 && !session.centers ? "Choose a center" : "Choose centers";
  }

  showStarts() {
    const { session } = this;
    const { starts, k } = session.recording;
    const some = starts[this.startsInit];
    const fit = Boolean(some) && session.pointsAsRecorded && session.k === k;
    by("starts").hidden = !fit;
    if (!fit) return;
    const range = rangeOf(starts);
    const last = session.changes[session.changes.length - 1];
    const played = last && last[0] === "start" && last[1] === this.startsInit ? last[2] : -1;
    by("bars").innerHTML = barButtons(bars(some, range), played);
    by("starts-text").textContent = startsText(some, this.startsInit, range[0]);
    by("lowest").textContent = amount(range[0]);
    by("highest").textContent = amount(range[1]);
    document.querySelectorAll("[data-init]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-init") === this.startsInit));
    });
  }

  showFailures() {
    const { recording } = this.session;
    by("fails").hidden = this.recordings.length < 2;
    by("why").textContent = recording.why.join(" ");
    document.querySelectorAll("[data-key]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-key") === recording.key));
    });
  }
}
