// Where the centers start: any points, or such as are far from each other (k-means++).

import { frame, sqDistance } from "./lloyd.js";
import { Twister } from "./twister.js";

/** @typedef {import("./types.js").Frame} Frame */

/**
 * Choose centers by a seeding's name; each draw is a frame.
 * @param {string} init "k-means++" or "random"
 * @param {Float64Array} X @param {number} d @param {number} k @param {number} seed
 * @returns {Frame[]}
 */
export function seeded(init, X, d, k, seed) {
  const source = new Twister(seed);
  if (init !== "random") return plusPlus(X, d, k, source);
  return [chosen(X, d, differentRows(X.length / d, k, source))];
}

/**
 * One frame in which these points become centers.
 * @param {Float64Array} X @param {number} d @param {number[]} rows
 * @returns {Frame}
 */
export function chosen(X, d, rows) {
  return given(X, d, rowsOf(X, d, rows), rows);
}

/**
 * One frame in which centers are set down.
 * @param {Float64Array} X @param {number} d @param {Float64Array} centers
 * @param {number[]} [rows]
 * @returns {Frame}
 */
export function given(X, d, centers, rows = []) {
  const n = X.length / d;
  let potential = 0;
  for (let i = 0; i < n; i++) {
    let nearest = Infinity;
    for (let j = 0; j < centers.length / d; j++) {
      nearest = Math.min(nearest, sqDistance(X, i, centers, j, d));
    }
    potential += nearest;
  }
  const draw = { rows, candidates: [], potentials: [] };
  return { ...frame("draw", 1, centers, new Int16Array(n).fill(-1), potential), draw };
}

/**
 * k-means++ (D. Arthur, S. Vassilvitskii, 2007): the next center is drawn with probability
 * ∝ squared distance to the nearest center so far. Of 2 + ⌊ln k⌋ such candidates the one
 * stays that lowers the potential, the sum of these distances, most.
 * @param {Float64Array} X @param {number} d @param {number} k @param {Twister} source
 * @returns {Frame[]}
 */
export function plusPlus(X, d, k, source) {
  const n = X.length / d;
  const nTrials = 2 + Math.floor(Math.log(k));
  const nearest = new Float64Array(n).fill(Infinity);
  const labels = new Int16Array(n).fill(-1);
  const rows = differentRows(n, 1, source);
  let potential = look(X, d, rows[0], nearest, true);
  const frames = [drawn(potential, [], [])];
  for (let c = 1; c < k; c++) {
    const values = Array.from({ length: nTrials }, () => source.number() * potential);
    const candidates = reach(nearest, values);
    const potentials = candidates.map((row) => look(X, d, row, nearest, false));
    rows.push(candidates[potentials.indexOf(Math.min(...potentials))]);
    potential = look(X, d, rows[c], nearest, true);
    frames.push(drawn(potential, candidates, potentials));
  }
  return frames;

  /** @param {number} inertia @param {number[]} candidates @param {number[]} potentials */
  function drawn(inertia, candidates, potentials) {
    const centers = rowsOf(X, d, rows);
    const distances = n * Math.max(1, candidates.length);
    const draw = { rows: rows.slice(-1), candidates, potentials };
    const step = frame("draw", rows.length, centers, labels, inertia);
    return { ...step, draw, distances, inFull: distances };
  }
}

/**
 * The potential with one more center; keep the distances to it, or only look.
 * @param {Float64Array} X @param {number} d @param {number} row
 * @param {Float64Array} nearest @param {boolean} keep
 */
function look(X, d, row, nearest, keep) {
  const center = X.subarray(row * d, row * d + d);
  let potential = 0;
  for (let i = 0; i < nearest.length; i++) {
    const distance = Math.min(nearest[i], sqDistance(X, i, center, 0, d));
    if (keep) nearest[i] = distance;
    potential += distance;
  }
  return potential;
}

/**
 * Where the running sum reaches each value.
 * @param {Float64Array} parts @param {number[]} values
 */
function reach(parts, values) {
  const ends = runningSum(parts);
  return values.map((value) => Math.min(firstFrom(ends, value, false), parts.length - 1));
}

/**
 * Different rows, drawn as NumPy's `choice` draws them.
 * @param {number} n @param {number} size @param {Twister} source
 * @returns {number[]}
 */
export function differentRows(n, size, source) {
  const shares = new Float64Array(n).fill(1 / n);
  /** @type {number[]} */
  const rows = [];
  while (rows.length < size) {
    const tickets = Array.from({ length: size - rows.length }, () => source.number());
    for (const row of rows) shares[row] = 0;
    const ends = runningSum(shares);
    const last = ends[n - 1];
    for (let i = 0; i < n; i++) ends[i] /= last;
    const found = tickets.map((ticket) => firstFrom(ends, ticket, true));
    rows.push(...found.filter((row, i) => found.indexOf(row) === i));
  }
  return rows;
}

/** @param {Float64Array} values */
function runningSum(values) {
  let sum = 0;
  return values.map((value) => (sum += value));
}

/**
 * The first place whose value is at least, or ("beyond") more than, what is looked for.
 * @param {Float64Array} ascending @param {number} value @param {boolean} beyond
 */
function firstFrom(ascending, value, beyond) {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const before = beyond ? ascending[middle] <= value : ascending[middle] < value;
    if (before) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param {Float64Array} X @param {number} d @param {number[]} rows */
export function rowsOf(X, d, rows) {
  const taken = new Float64Array(rows.length * d);
  rows.forEach((row, c) => taken.set(X.subarray(row * d, row * d + d), c * d));
  return taken;
}
