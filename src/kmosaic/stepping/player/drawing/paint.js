// Colors and marks of clusters.

export const N_COLORS = 10;
export const N_MARKS = 3; // dot, ring, square

/**
 * @typedef {object} Paint
 * @property {string[]} clusters
 * @property {string} paper
 * @property {string} ink
 * @property {string} muted
 * @property {string} line
 * @property {string} accent
 */

/**
 * The page's colors, light or dark.
 * @returns {Paint}
 */
export function paintOf() {
  const style = getComputedStyle(document.documentElement);
  /** @param {string} name */
  const color = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    clusters: Array.from({ length: N_COLORS }, (_, i) => color(`cat-${i}`)),
    paper: color("paper"),
    ink: color("ink"),
    muted: color("muted"),
    line: color("line"),
    accent: color("accent"),
  };
}

/** @param {number} j */
export function markOf(j) {
  return Math.floor(j / N_COLORS) % N_MARKS;
}

/**
 * Draw a cluster's mark, filled or as a ring.
 * @param {CanvasRenderingContext2D} context @param {number} x @param {number} y
 * @param {number} radius @param {number} mark
 */
export function drawMark(context, x, y, radius, mark) {
  context.beginPath();
  if (mark === 2) context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  else context.arc(x, y, radius, 0, 2 * Math.PI);
  if (mark === 1) context.stroke();
  else context.fill();
}

/**
 * A mark, drawn once and stamped many times.
 * @param {string} color @param {number} radius @param {number} mark @param {number} density
 */
export function stamp(color, radius, mark, density) {
  const size = Math.ceil(2 * radius + 3);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.ceil(size * density);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(density, density);
  context.fillStyle = context.strokeStyle = color;
  context.lineWidth = Math.max(1, radius * 0.6);
  drawMark(context, size / 2, size / 2, mark === 1 ? radius * 0.75 : radius * 0.95, mark);
  return { canvas, size };
}

/**
 * A mean color, or a pixel's.
 * @param {ArrayLike<number>} rows @param {number} place
 */
export function rgb(rows, place) {
  const channels = [0, 1, 2].map((f) => Math.round(rows[place + f]));
  return `rgb(${channels.join(" ")})`;
}
