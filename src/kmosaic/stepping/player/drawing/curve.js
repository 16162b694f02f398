// The inertia after each half-step, and where we are on it.

/** @typedef {import("../model/types.js").Frame} Frame */

const WIDTH = 360;
const HEIGHT = 120;
const EDGE = 8;

/**
 * @param {Frame[]} frames the first is the empty start
 * @param {number} cursor
 */
export function curve(frames, cursor) {
  const most = Math.max(...frames.map((frame) => frame.inertia ?? 0)) || 1;
  const last = Math.max(1, frames.length - 1);
  /** @param {number} i */
  const x = (i) => EDGE + (i / last) * (WIDTH - 2 * EDGE);
  /** @param {Frame} frame */
  const y = (frame) => HEIGHT - EDGE - ((frame.inertia ?? 0) / most) * (HEIGHT - 2 * EDGE);
  const all = frames.map((frame, i) => ({ frame, i })).slice(1);
  const way = all.map(({ frame, i }) => `${x(i).toFixed(1)},${y(frame).toFixed(1)}`);
  const marks = all.length > 90 ? [] : all.map(({ frame, i }) =>
    `<circle class="${frame.kind}${i > cursor ? " ahead" : ""}" cx="${x(i).toFixed(1)}" cy="${y(frame).toFixed(1)}" r="2.6"/>`);
  const now = frames[cursor];
  const here = now.inertia === null ? "" :
    `<line x1="${x(cursor)}" x2="${x(cursor)}" y1="${EDGE}" y2="${HEIGHT - EDGE}"/>` +
    `<circle class="now" cx="${x(cursor)}" cy="${y(now)}" r="5.5"/>`;
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">` +
    `<path class="base" d="M${EDGE} ${HEIGHT - EDGE}H${WIDTH - EDGE}"/>` +
    `<polyline points="${way.join(" ")}"/>${marks.join("")}${here}</svg>`
  );
}

/**
 * The half-step below a place on the curve, as a share of its width.
 * @param {number} share @param {number} count of frames
 */
export function stepAt(share, count) {
  const inner = (share * WIDTH - EDGE) / (WIDTH - 2 * EDGE);
  return Math.round(Math.min(1, Math.max(0, inner)) * (count - 1));
}
