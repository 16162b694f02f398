// Plain Lloyd: every distance, in every assignment. Points are n × d numbers in a row.

/** @typedef {import("./types.js").Frame} Frame */

/**
 * ‖x_i − c_j‖².
 * @param {Float64Array} X @param {number} i
 * @param {Float64Array} centers @param {number} j @param {number} d
 */
export function sqDistance(X, i, centers, j, d) {
  let sum = 0;
  for (let f = 0; f < d; f++) {
    const difference = X[i * d + f] - centers[j * d + f];
    sum += difference * difference;
  }
  return sum;
}

/**
 * Give each point the label of its nearest center, of equals the first.
 * @param {Float64Array} X @param {Float64Array} centers @param {number} d
 * @returns {{labels: Int16Array, inertia: number}}
 */
export function assign(X, centers, d) {
  const n = X.length / d;
  const k = centers.length / d;
  const labels = new Int16Array(n);
  let inertia = 0;
  for (let i = 0; i < n; i++) {
    let nearest = Infinity;
    for (let j = 0; j < k; j++) {
      const distance = sqDistance(X, i, centers, j, d);
      if (distance < nearest) {
        nearest = distance;
        labels[i] = j;
      }
    }
    inertia += nearest;
  }
  return { labels, inertia };
}

/**
 * Move each center to the mean of its points.
 * @param {Float64Array} X @param {Int16Array} labels @param {Float64Array} centers
 * @param {number} d
 * @returns {Float64Array}
 */
export function update(X, labels, centers, d) {
  const k = centers.length / d;
  const sums = new Float64Array(centers.length);
  const sizes = new Float64Array(k);
  for (let i = 0; i < labels.length; i++) {
    sizes[labels[i]]++;
    for (let f = 0; f < d; f++) sums[labels[i] * d + f] += X[i * d + f];
  }
  if (sizes.some((size) => size === 0)) fillEmpty(X, labels, centers, d, sums, sizes);
  return sums.map((sum, place) => sum / sizes[Math.floor(place / d)]);
}

/**
 * Put each empty cluster on one of the points farthest from their centers, which its old
 * cluster loses. Where no point is off its center it goes to the heaviest cluster.
 * @param {Float64Array} X @param {Int16Array} labels @param {Float64Array} centers
 * @param {number} d @param {Float64Array} sums @param {Float64Array} sizes
 */
function fillEmpty(X, labels, centers, d, sums, sizes) {
  const far = Array.from(labels, (label, i) => ({
    i,
    label,
    distance: sqDistance(X, i, centers, label, d),
  }));
  far.sort((a, b) => b.distance - a.distance);
  emptyOnes(sizes).forEach((cluster, place) => {
    const { i, label, distance } = far[place] ?? { distance: 0 };
    if (distance === 0 || far[0].distance === 0) return;
    for (let f = 0; f < d; f++) {
      sums[label * d + f] -= X[i * d + f];
      sums[cluster * d + f] = X[i * d + f];
    }
    sizes[label]--;
    sizes[cluster] = 1;
  });
  const heaviest = sizes.indexOf(Math.max(...sizes));
  for (const cluster of emptyOnes(sizes)) {
    for (let f = 0; f < d; f++) sums[cluster * d + f] = sums[heaviest * d + f];
    sizes[cluster] = sizes[heaviest];
  }
}

/** @param {ArrayLike<number>} sizes */
function emptyOnes(sizes) {
  return Array.from(sizes, (size, j) => (size > 0 ? -1 : j)).filter((j) => j >= 0);
}

/**
 * Σ ‖x − center of its cluster‖².
 * @param {Float64Array} X @param {Int16Array} labels @param {Float64Array} centers
 * @param {number} d
 */
export function inertiaOf(X, labels, centers, d) {
  let sum = 0;
  for (let i = 0; i < labels.length; i++) sum += sqDistance(X, i, centers, labels[i], d);
  return sum;
}

/**
 * Points in each cluster.
 * @param {Int16Array} labels @param {number} k
 */
export function sizesOf(labels, k) {
  const sizes = new Array(k).fill(0);
  for (const label of labels) if (label >= 0) sizes[label]++;
  return sizes;
}

/**
 * Run until no point moves; each half-step a frame.
 * @param {Float64Array} X @param {Float64Array} start k × d @param {number} d
 * @param {number} [mostIterations]
 * @returns {Frame[]}
 */
export function lloyd(X, start, d, mostIterations = 300) {
  const frames = [];
  const n = X.length / d;
  const k = start.length / d;
  let centers = start;
  /** @type {Int16Array} */
  let before = new Int16Array(n).fill(-1);
  for (let iteration = 1; iteration <= mostIterations; iteration++) {
    const { labels, inertia } = assign(X, centers, d);
    const changed = changedRows(labels, before);
    const empty = emptyOnes(sizesOf(labels, k));
    const step = frame("assign", iteration, centers, labels, inertia);
    frames.push({ ...step, changed, moved: changed.length, empty });
    Object.assign(frames[frames.length - 1], { distances: n * k, inFull: n * k });
    const moved = update(X, labels, centers, d);
    const shift = moved.reduce((sum, value, f) => sum + (value - centers[f]) ** 2, 0);
    const after = frame("update", iteration, moved, labels, inertiaOf(X, labels, moved, d));
    const converged = changed.length === 0 ? "strict" : "";
    frames.push({ ...after, shift, empty, converged });
    centers = moved;
    before = labels;
    if (converged) break;
  }
  return frames;
}

/**
 * A frame in which nothing is said but what it has.
 * @param {Frame["kind"]} kind @param {number} iteration @param {Float64Array} centers
 * @param {Int16Array} labels @param {number | null} inertia
 * @returns {Frame}
 */
export function frame(kind, iteration, centers, labels, inertia) {
  return {
    kind,
    iteration,
    centers,
    labels,
    changed: new Int32Array(0),
    moved: 0,
    inertia,
    shift: null,
    distances: 0,
    inFull: 0,
    empty: [],
    draw: null,
    batch: null,
    split: null,
    converged: "",
  };
}

/**
 * @param {Int16Array} labels @param {Int16Array} before
 */
function changedRows(labels, before) {
  const rows = [];
  for (let i = 0; i < labels.length; i++) if (labels[i] !== before[i]) rows.push(i);
  return Int32Array.from(rows);
}
