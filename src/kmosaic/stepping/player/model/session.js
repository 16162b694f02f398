// What is played, what was changed, and where we are in it.

import { frame, lloyd } from "./lloyd.js";
import { chosen, given, seeded } from "./seeding.js";

/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {import("./types.js").Recording} Recording */
/** @typedef {import("./types.js").Change} Change */

export class Session {
  /** @param {Recording} recording */
  constructor(recording) {
    this.recording = recording;
    /** @type {Change[]} */
    this.changes = [];
    this.cursor = 0;
    this.X = recording.X;
    this.d = recording.d;
    this.k = recording.k;
    this.init = recording.init;
    this.seed = recording.seed;
    this.factors = [1, 1]; // by which the axes were multiplied
    this.pointsAsRecorded = true;
    /** @type {Float64Array | null} where centers were set down */
    this.centers = null;
    /** @type {number[] | null} which points were chosen */
    this.rows = null;
    /** @type {Frame[]} */
    this.frames = [];
    this.replay();
  }

  /**
   * Begin with another recording.
   * @param {Recording} recording
   */
  open(recording) {
    this.recording = recording;
    this.changes = [];
    this.replay();
    this.cursor = 0;
  }

  /** Whether the page computes by itself. */
  get live() {
    return this.changes.length > 0;
  }

  /** The frame that is shown. */
  get frame() {
    return this.frames[this.cursor];
  }

  /** The frame that comes next; null at the end. */
  get next() {
    return this.frames[this.cursor + 1] ?? null;
  }

  get n() {
    return this.X.length / this.d;
  }

  /**
   * Change something. After a new beginning the cursor is at the start, or at the end if it
   * was there; after a change of points or centers, at the assignment that follows it.
   * @param {Change} change
   */
  change(change) {
    const atEnd = this.next === null;
    this.changes.push(change);
    this.replay();
    this.cursor = this.centers === null ? (atEnd ? this.frames.length - 1 : 0) : 2;
  }

  /** Take the last change back. */
  undo() {
    if (!this.changes.length) return;
    this.changes.pop();
    this.replay();
    this.cursor = Math.min(this.cursor, this.frames.length - 1);
  }

  /** Work out everything from the recording and the changes. */
  replay() {
    const r = this.recording;
    this.X = r.X;
    this.d = r.d;
    this.k = r.k;
    this.init = r.init === "random" ? "random" : "k-means++";
    this.seed = r.seed;
    this.factors = [1, 1];
    this.pointsAsRecorded = true;
    this.centers = null;
    this.rows = null;
    for (const change of this.changes) this.apply(change);
    const blank = new Int16Array(this.n).fill(-1);
    const start = frame("start", 0, new Float64Array(0), blank, null);
    this.frames = [start, ...(this.live ? this.run() : r.frames)];
  }

  /**
   * The frames that the page computes.
   * @returns {Frame[]}
   */
  run() {
    const { X, d } = this;
    let draws;
    if (this.centers) draws = [given(X, d, this.centers)];
    else if (this.rows) draws = [chosen(X, d, this.rows)];
    else draws = seeded(this.init, X, d, this.k, this.seed);
    return [...draws, ...lloyd(X, draws[draws.length - 1].centers, d)];
  }

  /** @param {Change} change */
  apply(change) {
    this.rows = null;
    this.centers = null;
    switch (change[0]) {
      case "k": this.k = change[1]; break;
      case "seed": this.seed = change[1]; break;
      case "init": this.init = change[1]; break;
      case "scale": this.scale(change[1], change[2]); break;
      case "move": this.movePoint(change[1], change[2], change[3]); break;
      case "add": this.addPoint(change[1], change[2]); break;
      case "remove": this.removePoint(change[1]); break;
      case "start": this.rows = this.recording.starts[change[1]].rows[change[2]]; break;
    }
    if (change[0] === "start") this.init = change[1];
    const last = change[change.length - 1];
    if (Array.isArray(last)) this.setCenters(last);
    if (change[0] === "center") this.moveCenter(change[1], change[2], change[3]);
  }

  /** @param {number[][]} centers */
  setCenters(centers) {
    this.centers = Float64Array.from(centers.flat());
    this.k = centers.length;
  }

  /** @param {number} axis @param {number} factor */
  scale(axis, factor) {
    const { axes, origin } = this.recording;
    const X = this.X.slice();
    for (let i = 0; i < this.n; i++) {
      const along = coordinate(X, i * this.d, origin, axes[axis]);
      for (let f = 0; f < this.d; f++) X[i * this.d + f] += (factor - 1) * along * axes[axis][f];
    }
    this.X = X;
    this.factors[axis] *= factor;
    this.pointsAsRecorded = false;
  }

  /** @param {number} row @param {number} u @param {number} v */
  movePoint(row, u, v) {
    this.X = this.X.slice();
    this.shift(this.X, row * this.d, u, v);
    this.pointsAsRecorded = false;
  }

  /** @param {number} u @param {number} v */
  addPoint(u, v) {
    const X = new Float64Array(this.X.length + this.d);
    X.set(this.X);
    X.set(this.recording.origin, this.X.length);
    this.shift(X, this.X.length, u, v);
    this.X = X;
    this.pointsAsRecorded = false;
  }

  /** @param {number} row */
  removePoint(row) {
    const X = new Float64Array(this.X.length - this.d);
    X.set(this.X.subarray(0, row * this.d));
    X.set(this.X.subarray((row + 1) * this.d), row * this.d);
    this.X = X;
    this.pointsAsRecorded = false;
  }

  /** @param {number} j @param {number} u @param {number} v */
  moveCenter(j, u, v) {
    if (this.centers) this.shift(this.centers, j * this.d, u, v);
  }

  /**
   * Bring a row to a spot of the plane, leaving what lies off the plane as it is.
   * @param {Float64Array} rows @param {number} place @param {number} u @param {number} v
   */
  shift(rows, place, u, v) {
    const { axes, origin } = this.recording;
    [u, v].forEach((wanted, axis) => {
      const by = wanted - coordinate(rows, place, origin, axes[axis]);
      for (let f = 0; f < this.d; f++) rows[place + f] += by * axes[axis][f];
    });
  }

  /**
   * The centers now, for a change that goes on from them; rounded, so that an address is
   * short and a reload gives the same.
   * @returns {number[][]}
   */
  centersNow() {
    const { centers } = this.frame;
    return Array.from({ length: centers.length / this.d }, (_, j) =>
      Array.from(centers.subarray(j * this.d, (j + 1) * this.d), rounded),
    );
  }
}

/** @param {number} value */
export function rounded(value) {
  return Number(value.toPrecision(7));
}

/**
 * (x − origin) · axis.
 * @param {Float64Array} rows @param {number} place @param {Float64Array} origin
 * @param {Float64Array} axis
 */
export function coordinate(rows, place, origin, axis) {
  let sum = 0;
  for (let f = 0; f < axis.length; f++) sum += (rows[place + f] - origin[f]) * axis[f];
  return sum;
}
