// From points to the plane, and from the plane to the screen.

import { coordinate } from "../model/session.js";

/** @typedef {import("../model/types.js").Recording} Recording */
/** @typedef {import("../model/types.js").Spot} Spot */

/**
 * A way to show rows in the plane.
 * @typedef {object} Lens
 * @property {string[]} names of the two directions
 * @property {(rows: Float64Array) => Float64Array} project two numbers for each row
 * @property {((rows: Float64Array) => Float64Array) | null} offPlane squared distance of each
 *   row to the plane; null where borders are no straight lines in it
 */

export const CLOUDS = ["red–green", "red–blue", "lightness–chroma"];

/**
 * The lens of a recording; of a picture, for one of the clouds.
 * @param {Recording} recording @param {string} cloud
 * @returns {Lens}
 */
export function lensOf(recording, cloud) {
  if (recording.kind !== "picture") return flat(recording);
  if (cloud === CLOUDS[2]) {
    return { names: ["lightness", "chroma"], project: lightnessAndChroma, offPlane: null };
  }
  const second = cloud === CLOUDS[0] ? 1 : 2;
  const { origin, axes } = colorPlane(recording, second);
  const names = ["red", second === 1 ? "green" : "blue"];
  return flat({ ...recording, origin, axes, columns: names });
}

/**
 * The plane of red and one more channel, through the mean of the third.
 * @param {Recording} recording @param {number} second
 */
export function colorPlane(recording, second) {
  const third = 3 - second;
  const origin = new Float64Array(3);
  for (let i = third; i < recording.X.length; i += 3) origin[third] += recording.X[i];
  origin[third] /= recording.n;
  const axis = new Float64Array(3);
  axis[second] = 1;
  return { origin, axes: [Float64Array.of(1, 0, 0), axis] };
}

/**
 * @param {Recording} recording
 * @returns {Lens}
 */
function flat({ origin, axes, columns, d }) {
  /** @param {Float64Array} rows */
  const project = (rows) => {
    const spots = new Float64Array((rows.length / d) * 2);
    for (let i = 0; i < spots.length; i++) {
      spots[i] = coordinate(rows, (i >> 1) * d, origin, axes[i & 1]);
    }
    return spots;
  };
  /** @param {Float64Array} rows */
  const offPlane = (rows) => {
    const spots = project(rows);
    return Float64Array.from({ length: rows.length / d }, (_, i) => {
      let sum = 0;
      for (let f = 0; f < d; f++) sum += (rows[i * d + f] - origin[f]) ** 2;
      return d > 2 ? sum - spots[2 * i] ** 2 - spots[2 * i + 1] ** 2 : 0;
    });
  };
  return { names: columns, project, offPlane };
}

/**
 * OKLab (B. Ottosson, 2020): lightness, and how far a color is from gray.
 * @param {Float64Array} rows red, green, blue from 0 to 255
 */
function lightnessAndChroma(rows) {
  const spots = new Float64Array((rows.length / 3) * 2);
  for (let i = 0; i < rows.length / 3; i++) {
    const [r, g, b] = [0, 1, 2].map((f) => linear(rows[3 * i + f] / 255));
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
    const y = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
    spots[2 * i] = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
    spots[2 * i + 1] = Math.hypot(a, y);
  }
  return spots;
}

/** @param {number} value of an sRGB channel, 0 to 1 */
function linear(value) {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

const STRETCHED = 6; // one direction so many times as long as the other gets its own scale
const ROOM = 0.06; // beside the outermost points, as a share of the window

/** The part of the plane that is shown, and where. */
export class Window {
  /**
   * @param {Float64Array[]} spots all that must be in sight
   * @param {number} width @param {number} height in CSS pixels
   */
  constructor(spots, width, height) {
    const [left, right] = bounds(spots, 0);
    const [low, high] = bounds(spots, 1);
    const across = right - left || 1;
    const up = high - low || across;
    const inner = { width: width * (1 - 2 * ROOM), height: height * (1 - 2 * ROOM) };
    let sx = inner.width / across;
    let sy = inner.height / up;
    const ratio = Math.max(across / up, up / across);
    this.stretched = high > low && right > left && ratio > STRETCHED;
    if (!this.stretched) sx = sy = Math.min(sx, sy);
    this.scale = { x: sx, y: sy };
    this.middle = { x: (left + right) / 2, y: (low + high) / 2 };
    this.size = { width, height };
  }

  /** @param {number} u @param {number} v @returns {Spot} */
  toScreen(u, v) {
    return {
      x: this.size.width / 2 + (u - this.middle.x) * this.scale.x,
      y: this.size.height / 2 - (v - this.middle.y) * this.scale.y,
    };
  }

  /** @param {Spot} spot @returns {Spot} */
  fromScreen({ x, y }) {
    return {
      x: this.middle.x + (x - this.size.width / 2) / this.scale.x,
      y: this.middle.y - (y - this.size.height / 2) / this.scale.y,
    };
  }

  /** The corners of what is shown, in the plane. */
  get corners() {
    const { width, height } = this.size;
    const places = [[0, height], [width, height], [width, 0], [0, 0]];
    return places.map(([x, y]) => this.fromScreen({ x, y }));
  }
}

/** @param {Float64Array[]} spots @param {number} axis */
function bounds(spots, axis) {
  let low = Infinity;
  let high = -Infinity;
  for (const some of spots) {
    for (let i = axis; i < some.length; i += 2) {
      low = Math.min(low, some[i]);
      high = Math.max(high, some[i]);
    }
  }
  return low <= high ? [low, high] : [0, 0];
}

/**
 * The part of a window in which each center is the nearest: its Voronoi cell. Where centers
 * lie off the plane (`off`), the cells are those in space, cut by the plane.
 * @param {Float64Array} centers two numbers each @param {Float64Array} off
 * @param {Spot[]} corners
 * @returns {Spot[][]}
 */
export function cells(centers, off, corners) {
  const k = centers.length / 2;
  return Array.from({ length: k }, (_, i) => {
    let cell = corners;
    for (let j = 0; j < k && cell.length; j++) {
      if (j !== i) cell = nearer(cell, centers, off, i, j);
    }
    return cell;
  });
}

/**
 * The part of a polygon that is nearer to center i than to center j.
 * @param {Spot[]} cell @param {Float64Array} centers @param {Float64Array} off
 * @param {number} i @param {number} j
 */
function nearer(cell, centers, off, i, j) {
  const [ax, ay, bx, by] = [...centers.subarray(2 * i, 2 * i + 2), ...centers.subarray(2 * j, 2 * j + 2)];
  const offset = (bx * bx + by * by + off[j] - ax * ax - ay * ay - off[i]) / 2;
  /** @param {Spot} spot */
  const side = ({ x, y }) => (bx - ax) * x + (by - ay) * y - offset;
  /** @type {Spot[]} */
  const kept = [];
  cell.forEach((spot, place) => {
    const after = cell[(place + 1) % cell.length];
    const [here, there] = [side(spot), side(after)];
    if (here <= 0) kept.push(spot);
    if (here < 0 ? there > 0 : here > 0 && there < 0) {
      const share = here / (here - there);
      kept.push({
        x: spot.x + share * (after.x - spot.x),
        y: spot.y + share * (after.y - spot.y),
      });
    }
  });
  return kept;
}
