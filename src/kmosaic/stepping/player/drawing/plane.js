// The picture of points and centers, on a canvas.

import { cells, Window } from "./view.js";
import { drawMark, markOf, N_COLORS, paintOf, rgb, stamp } from "./paint.js";

/** @typedef {import("../model/session.js").Session} Session */
/** @typedef {import("./view.js").Lens} Lens */
/** @typedef {import("../model/types.js").Frame} Frame */
/** @typedef {{cells: boolean, trails: boolean, lines: boolean}} Layers */
/** @typedef {{x: number, y: number}} Spot */

const CENTER = 10; // radius of a center, CSS pixels
const MOST_LINES = 3000; // more cover everything

export class Plane {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.points = document.createElement("canvas"); // drawn once for each frame
    this.pointsKey = "";
    this.paint = paintOf();
    this.window = new Window([], 1, 1);
    /** @type {Float64Array} */
    this.spots = new Float64Array(0);
    this.density = 1;
    this.selected = -1;
  }

  /**
   * Take other points, another lens or another size.
   * @param {Session} session @param {Lens} lens
   */
  fit(session, lens) {
    const box = this.canvas.getBoundingClientRect();
    this.density = Math.min(window.devicePixelRatio || 1, 3);
    for (const canvas of [this.canvas, this.points]) {
      canvas.width = Math.max(1, Math.round(box.width * this.density));
      canvas.height = Math.max(1, Math.round(box.height * this.density));
    }
    this.session = session;
    this.lens = lens;
    this.paint = paintOf();
    this.spots = lens.project(session.X);
    const starts = session.frames.filter((frame) => frame.kind === "draw");
    const first = starts.map((frame) => lens.project(frame.centers));
    this.window = new Window([this.spots, ...first], box.width, box.height);
    this.pointsKey = "";
  }

  /**
   * Radius of a point.
   * @param {number} n
   */
  radius(n) {
    return n <= 300 ? 4.5 : n <= 1000 ? 3.4 : n <= 6000 ? 2.3 : 1.6;
  }

  /**
   * @param {Frame} frame @param {Float64Array} centers where they are drawn: on their way
   * @param {number} progress of what moves, 0 to 1
   * @param {Layers} layers
   */
  draw(frame, centers, progress, layers) {
    if (!this.session || !this.lens) return;
    const { context, density } = this;
    const box = this.window.size;
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, box.width, box.height);
    const spots = this.lens.project(centers);
    if (layers.cells) this.drawCells(centers, spots);
    if (layers.lines) this.drawLines(frame, spots);
    this.drawPoints(frame);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.points, 0, 0);
    context.setTransform(density, 0, 0, density, 0, 0);
    this.drawNews(frame, progress);
    if (layers.trails) this.drawTrails(spots);
    this.drawCenters(spots, centers);
  }

  /** @param {number} j @param {Float64Array} [centers] */
  color(j, centers) {
    if (this.session?.recording.kind === "picture" && centers) return rgb(centers, j * 3);
    return this.paint.clusters[j % N_COLORS];
  }

  /** @param {Float64Array} centers @param {Float64Array} spots */
  drawCells(centers, spots) {
    if (!this.lens?.offPlane || spots.length < 4) return;
    const { context } = this;
    const found = cells(spots, this.lens.offPlane(centers), this.window.corners);
    found.forEach((cell, j) => {
      if (!cell.length) return;
      context.beginPath();
      for (const { x, y } of cell.map((spot) => this.window.toScreen(spot.x, spot.y))) {
        context.lineTo(x, y);
      }
      context.closePath();
      context.globalAlpha = 0.13;
      context.fillStyle = this.color(j, centers);
      context.fill();
      context.globalAlpha = 1;
      context.strokeStyle = this.paint.paper;
      context.lineWidth = 3;
      context.stroke();
    });
  }

  /** @param {Frame} frame @param {Float64Array} spots */
  drawLines(frame, spots) {
    const { context } = this;
    const n = frame.labels.length;
    const step = Math.ceil(n / MOST_LINES);
    context.globalAlpha = n > 600 ? 0.25 : 0.45;
    context.lineWidth = 1;
    for (let j = 0; j < spots.length / 2; j++) {
      context.strokeStyle = this.color(j, frame.centers);
      const to = this.window.toScreen(spots[2 * j], spots[2 * j + 1]);
      context.beginPath();
      for (let i = 0; i < n; i += step) {
        if (frame.labels[i] !== j) continue;
        const from = this.window.toScreen(this.spots[2 * i], this.spots[2 * i + 1]);
        context.moveTo(from.x, from.y);
        context.lineTo(to.x, to.y);
      }
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  /**
   * Draw the points aside, unless it was done already.
   * @param {Frame} frame
   */
  drawPoints(frame) {
    const index = this.session?.frames.indexOf(frame) ?? -1;
    const key = `${index}`;
    if (key === this.pointsKey && index >= 0) return;
    this.pointsKey = key;
    const context = /** @type {CanvasRenderingContext2D} */ (this.points.getContext("2d"));
    context.setTransform(this.density, 0, 0, this.density, 0, 0);
    context.clearRect(0, 0, this.window.size.width, this.window.size.height);
    if (this.session?.recording.kind === "picture") this.drawPixels(context);
    else this.stampPoints(context, frame);
  }

  /** @param {CanvasRenderingContext2D} context @param {Frame} frame */
  stampPoints(context, frame) {
    const radius = this.radius(frame.labels.length);
    /** @type {Map<number, ReturnType<typeof stamp>>} */
    const stamps = new Map();
    const heat = this.heat(frame);
    for (let i = 0; i < frame.labels.length; i++) {
      const label = frame.labels[i];
      let mark = stamps.get(label);
      if (!mark) {
        const color = label < 0 ? this.paint.muted : this.color(label);
        mark = stamp(color, radius, label < 0 ? 0 : markOf(label), this.density);
        stamps.set(label, mark);
      }
      const { x, y } = this.window.toScreen(this.spots[2 * i], this.spots[2 * i + 1]);
      if (heat) context.globalAlpha = 0.25 + 0.75 * heat[i];
      const half = mark.size / 2;
      context.drawImage(mark.canvas, x - half, y - half, mark.size, mark.size);
    }
    context.globalAlpha = 1;
  }

  /**
   * While k-means++ draws: how likely each point is to be drawn next, of the most likely.
   * @param {Frame} frame
   */
  heat(frame) {
    if (frame.kind !== "draw" || !this.session || frame.labels[0] >= 0) return null;
    const { X, d } = this.session;
    const k = frame.centers.length / d;
    const nearest = Float64Array.from(frame.labels, (_, i) => {
      let least = Infinity;
      for (let j = 0; j < k; j++) {
        let sum = 0;
        for (let f = 0; f < d; f++) sum += (X[i * d + f] - frame.centers[j * d + f]) ** 2;
        least = Math.min(least, sum);
      }
      return least;
    });
    const most = nearest.reduce((a, b) => Math.max(a, b), 0) || 1;
    return nearest.map((value) => value / most);
  }

  /** @param {CanvasRenderingContext2D} context */
  drawPixels(context) {
    const X = this.session ? this.session.X : this.spots;
    const side = 2 * this.radius(X.length / 3);
    context.globalAlpha = 0.8;
    for (let i = 0; i < this.spots.length / 2; i++) {
      const { x, y } = this.window.toScreen(this.spots[2 * i], this.spots[2 * i + 1]);
      context.fillStyle = rgb(X, 3 * i);
      context.fillRect(x - side / 2, y - side / 2, side, side);
    }
    context.globalAlpha = 1;
  }

  /**
   * Ring what is new: points that moved, a batch, the candidates of a draw.
   * @param {Frame} frame @param {number} progress
   */
  drawNews(frame, progress) {
    const { context } = this;
    const all = frame.changed.length === frame.labels.length;
    /** @type {ArrayLike<number>} */
    let rows = frame.kind === "assign" && !all ? frame.changed : [];
    if (frame.batch) rows = frame.batch;
    context.strokeStyle = this.paint.ink;
    context.lineWidth = 1.5;
    if (frame.draw) {
      rows = frame.draw.candidates;
      context.setLineDash([3, 2]);
    }
    const radius = this.radius(frame.labels.length) + 2.5 + 8 * (1 - progress);
    for (let place = 0; place < rows.length; place++) {
      const i = rows[place];
      const { x, y } = this.window.toScreen(this.spots[2 * i], this.spots[2 * i + 1]);
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.stroke();
    }
    context.setLineDash([]);
  }

  /**
   * Where the centers came along.
   * @param {Float64Array} spots where they are now
   */
  drawTrails(spots) {
    if (!this.session || !this.lens) return;
    const { context, session } = this;
    const k = spots.length / 2;
    const places = session.frames.slice(1, session.cursor).map((frame) => frame.centers);
    const trail = places.filter((c, i) => c.length === k * session.d && c !== places[i - 1]);
    const along = [...trail.map((centers) => /** @type {Lens} */ (this.lens).project(centers)), spots];
    if (along.length < 2) return;
    context.lineWidth = 2;
    for (let j = 0; j < k; j++) {
      const way = along.map((at) => this.window.toScreen(at[2 * j], at[2 * j + 1]));
      context.strokeStyle = context.fillStyle = this.paint.ink;
      context.globalAlpha = 0.55;
      context.beginPath();
      for (const { x, y } of way) context.lineTo(x, y);
      context.stroke();
      for (const { x, y } of way.slice(0, -1)) drawMark(context, x, y, 2.5, 0);
    }
    context.globalAlpha = 1;
  }

  /** @param {Float64Array} spots @param {Float64Array} centers */
  drawCenters(spots, centers) {
    const { context } = this;
    const k = spots.length / 2;
    const radius = k > 40 ? 5 : CENTER;
    for (let j = 0; j < k; j++) {
      const { x, y } = this.window.toScreen(spots[2 * j], spots[2 * j + 1]);
      context.fillStyle = this.paint.paper;
      drawMark(context, x, y, radius + 3.5, 0);
      context.strokeStyle = this.paint.ink;
      context.lineWidth = j === this.selected ? 4 : 2;
      drawMark(context, x, y, radius + 2, 1);
      context.fillStyle = this.color(j, centers);
      drawMark(context, x, y, radius, 0);
      if (k > 40) continue;
      context.font = `700 11px ${getComputedStyle(this.canvas).fontFamily}`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.lineWidth = 2.5;
      context.strokeStyle = "rgb(0 0 0 / 0.65)";
      context.strokeText(String(j + 1), x, y + 0.5);
      context.fillStyle = "#fff";
      context.fillText(String(j + 1), x, y + 0.5);
    }
  }

  /**
   * What lies under the pointer: a center before a point.
   * @param {Spot} at @param {number} reach CSS pixels
   * @returns {{center: number, point: number}}
   */
  under(at, reach) {
    const centers = this.session && this.lens ? this.lens.project(this.session.frame.centers) : new Float64Array(0);
    const center = this.nearest(centers, at, CENTER + reach);
    return { center, point: center < 0 ? this.nearest(this.spots, at, reach + 4) : -1 };
  }

  /** @param {Float64Array} spots @param {Spot} at @param {number} reach */
  nearest(spots, at, reach) {
    let found = -1;
    let least = reach * reach;
    for (let i = 0; i < spots.length / 2; i++) {
      const { x, y } = this.window.toScreen(spots[2 * i], spots[2 * i + 1]);
      const distance = (x - at.x) ** 2 + (y - at.y) ** 2;
      if (distance <= least) {
        least = distance;
        found = i;
      }
    }
    return found;
  }
}
