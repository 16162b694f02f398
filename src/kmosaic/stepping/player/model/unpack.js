// From the page's text to numbers.

import { frame } from "./lloyd.js";

/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {import("./types.js").Recording} Recording */

/** @type {Record<string, any>} */
const ARRAYS = { u1: Uint8Array, u2: Uint16Array, f4: Float32Array, f8: Float64Array };

/**
 * @param {{type: string, data: string}} packed
 * @returns {ArrayLike<number> & Iterable<number>}
 */
function numbers(packed) {
  const text = atob(packed.data);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new ARRAYS[packed.type](bytes.buffer);
}

/**
 * @param {any} packed a recording as Python packed it
 * @returns {Recording}
 */
export function unpack(packed) {
  return {
    ...packed,
    X: Float64Array.from(numbers(packed.points)),
    origin: Float64Array.from(packed.origin),
    axes: packed.axes.map((/** @type {number[]} */ axis) => Float64Array.from(axis)),
    frames: frames(packed),
  };
}

/**
 * Frames hold what changed: put the whole together again.
 * @param {any} packed
 * @returns {Frame[]}
 */
function frames(packed) {
  let labels = new Int16Array(packed.n).fill(-1);
  let centers = new Float64Array(0);
  return packed.frames.map((/** @type {any} */ told) => {
    const news = Float64Array.from(numbers(told.centers));
    centers = told.added ? Float64Array.of(...centers, ...news) : news;
    let changed = new Int32Array(0);
    if (told.labels) {
      const values = numbers(told.labels);
      changed = told.rows
        ? Int32Array.from(numbers(told.rows))
        : Int32Array.from({ length: packed.n }, (_, i) => i);
      labels = labels.slice();
      changed.forEach((row, i) => (labels[row] = values[i] - 1));
    }
    return {
      ...frame(told.kind, told.iteration, centers, labels, told.inertia),
      changed,
      moved: told.moved,
      shift: told.center_shift,
      distances: told.distances,
      inFull: told.distances_in_full,
      empty: told.empty,
      draw: told.draw,
      batch: told.batch ? Int32Array.from(numbers(told.batch)) : null,
      split: told.split,
      converged: told.converged,
    };
  });
}
