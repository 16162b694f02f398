// One line for each cluster: size, inertia, center.

import { sqDistance } from "../model/lloyd.js";
import { N_COLORS, N_MARKS, rgb } from "./paint.js";
import { amount } from "./words.js";

/** @typedef {import("../model/session.js").Session} Session */
/** @typedef {import("./view.js").Lens} Lens */

const MOST = 30; // lines; more are not read

/**
 * @param {Session} session @param {Lens} lens
 */
export function clusterRows(session, lens) {
  const { frame, X, d } = session;
  const k = frame.centers.length / d;
  const sizes = new Array(k).fill(0);
  const inertia = new Array(k).fill(0);
  frame.labels.forEach((label, i) => {
    if (label < 0) return;
    sizes[label]++;
    inertia[label] += sqDistance(X, i, frame.centers, label, d);
  });
  const spots = lens.project(frame.centers);
  const picture = session.recording.kind === "picture";
  const rows = Array.from({ length: Math.min(k, MOST) }, (_, j) => {
    const color = picture ? rgb(frame.centers, 3 * j) : "";
    const key = picture
      ? `<span class="key" style="background:${color}"></span>`
      : `<span class="key cat-${j % N_COLORS} mark-${Math.floor(j / N_COLORS) % N_MARKS}"></span>`;
    const center = picture
      ? hex(frame.centers, 3 * j)
      : `${amount(spots[2 * j])}, ${amount(spots[2 * j + 1])}`;
    return (
      `<tr><th scope="row">${key}${j + 1}</th><td class="n">${sizes[j] ? amount(sizes[j]) : "–"}</td>` +
      `<td class="n">${sizes[j] ? amount(inertia[j]) : "–"}</td><td class="n">${center}</td></tr>`
    );
  });
  if (k > MOST) rows.push(`<tr><td colspan="4">and ${k - MOST} more</td></tr>`);
  if (!k) rows.push(`<tr><td colspan="4" class="none">none yet</td></tr>`);
  return rows.join("");
}

/** @param {ArrayLike<number>} rows @param {number} place */
function hex(rows, place) {
  const parts = [0, 1, 2].map((f) => Math.round(rows[place + f]).toString(16).padStart(2, "0"));
  return `#${parts.join("")}`;
}
