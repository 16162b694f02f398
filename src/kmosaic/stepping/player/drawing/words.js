// The half-step in a sentence, with its numbers.

import { sizesOf } from "../model/lloyd.js";

/** @typedef {import("../model/session.js").Session} Session */
/** @typedef {import("../model/types.js").Frame} Frame */
/** @typedef {{title: string, text: string, formula: string}} Told */

/**
 * A number as people write it: four digits that count, and commas.
 * @param {number} value
 */
export function amount(value) {
  if (!Number.isFinite(value)) return "–";
  if (Number.isInteger(value) || Math.abs(value) >= 10000) {
    return Math.round(value).toLocaleString("en-US").replace("-", "−");
  }
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(2).replaceAll("-", "−");
  const digits = { maximumFractionDigits: 6 };
  return Number(value.toPrecision(4)).toLocaleString("en-US", digits).replace("-", "−");
}

/** @param {number} count @param {string} plural */
export function counted(count, plural) {
  return `${count.toLocaleString("en-US")} ${count === 1 ? plural.replace(/s$/, "") : plural}`;
}

/**
 * @param {Session} session
 * @returns {Told}
 */
export function told(session) {
  const { frame } = session;
  switch (frame.kind) {
    case "start": return toldStart(session);
    case "draw": return toldDraw(frame, session);
    case "assign": return toldAssign(frame, session);
    case "update": return toldUpdate(frame, session);
    case "batch": return toldBatch(frame);
    default: return toldSplit(frame);
  }
}

/** @param {Session} session @returns {Told} */
function toldStart(session) {
  return {
    title: "No centers yet",
    text: `${counted(session.n, "points")}, and k = ${session.k}. Choose where the centers start.`,
    formula: "minimize Σ ‖<i>x</i> − <i>μ</i><sub>label(<i>x</i>)</sub>‖²",
  };
}

/** @param {Frame} frame @param {Session} session @returns {Told} */
function toldDraw(frame, session) {
  const c = frame.centers.length / session.d;
  const { rows, candidates, potentials } = frame.draw ?? { rows: [], candidates: [], potentials: [] };
  const inertia = frame.inertia ?? 0;
  if (candidates.length) {
    const tried = potentials.map(amount).join(", ");
    return {
      title: `Center ${c} is drawn`,
      text:
        `${counted(candidates.length, "candidates")} (dashed rings) were drawn with probability ∝ squared distance to the ` +
        `nearest center; solid points are likelier. They would bring the potential to ${tried}. The lowest stays: ${amount(inertia)}.`,
      formula: "<i>p</i>(<i>x</i>) = <i>D</i>(<i>x</i>)² / Σ <i>D</i>²",
    };
  }
  if (rows.length === 1 && session.k > 1) {
    return {
      title: "Center 1 is drawn",
      text: `The first center is any point, each equally likely. The potential, Σ of squared distances to it, is ${amount(inertia)}.`,
      formula: "<i>p</i>(<i>x</i>) = 1 / <i>n</i>",
    };
  }
  const how = rows.length ? "drawn at random from the points" : "set where they are";
  return {
    title: `${counted(c, "centers")} ${rows.length ? "drawn" : "placed"}`,
    text: `The ${c === 1 ? "center is" : `${c} centers are`} ${how}. No point belongs to one yet.`,
    formula: "<i>μ</i><sub>1</sub> … <i>μ</i><sub><i>k</i></sub>",
  };
}

/** @param {Frame} frame @param {Session} session @returns {Told} */
function toldAssign(frame, session) {
  const n = frame.labels.length;
  const first = frame.iteration === 1 && frame.changed.length === n;
  let text = first
    ? `Each of the ${counted(n, "points")} gets the label of its nearest center.`
    : frame.moved
      ? `${counted(frame.moved, "points")} of ${n.toLocaleString("en-US")} changed to a nearer center (ringed).`
      : "No point changed its center: this is where k-means comes to rest.";
  text += ` Inertia: ${amount(frame.inertia ?? 0)}.`;
  if (frame.distances < frame.inFull) {
    const share = Math.round((1 - frame.distances / frame.inFull) * 100);
    text += ` Bounds made ${share} % of the ${frame.inFull.toLocaleString("en-US")} distances unnecessary.`;
  } else if (!session.live) {
    text += ` All ${frame.inFull.toLocaleString("en-US")} distances were computed.`;
  }
  if (frame.empty.length) text += ` ${named(frame.empty)} no point.`;
  return {
    title: first ? "Assign every point" : frame.moved ? "Assign again" : "Nothing moves",
    text,
    formula: "label(<i>x</i>) = argmin<sub><i>j</i></sub> ‖<i>x</i> − <i>μ<sub>j</sub></i>‖²",
  };
}

/** @param {number[]} empty */
function named(empty) {
  const names = empty.map((j) => j + 1).join(", ");
  return empty.length === 1 ? `Cluster ${names} has` : `Clusters ${names} have`;
}

/** @param {Frame} frame @param {Session} session @returns {Told} */
function toldUpdate(frame, session) {
  const before = session.frames[session.cursor - 1];
  const drop = (before.inertia ?? 0) - (frame.inertia ?? 0);
  const { j, by } = farthest(before.centers, frame.centers, session.d);
  let text;
  if (frame.converged === "strict" || by === 0) {
    text = `Every center is the mean of its points already. Converged after ${counted(frame.iteration, "iterations")}, inertia ${amount(frame.inertia ?? 0)}.`;
  } else {
    const size = sizesOf(frame.labels, frame.centers.length / session.d)[j];
    text =
      `Each center moves to the mean of its points; center ${j + 1}, of ${counted(size, "points")}, moves farthest, by ${amount(by)}. ` +
      (frame.empty.length ? "" : `Inertia falls by ${amount(drop)} to ${amount(frame.inertia ?? 0)}.`);
    if (frame.empty.length) {
      text += `${named(frame.empty)} no point and goes to the point farthest from its center.`;
    }
    if (frame.converged === "tol") text += " The centers hardly move: converged.";
  }
  return {
    title: frame.converged ? "Converged" : "Update the centers",
    text,
    formula: "<i>μ<sub>j</sub></i> = (1 / <i>n<sub>j</sub></i>) Σ <i>x</i>, over the points with label <i>j</i>",
  };
}

/** @param {Float64Array} before @param {Float64Array} after @param {number} d */
function farthest(before, after, d) {
  const shifts = Array.from({ length: after.length / d }, (_, j) => {
    let sum = 0;
    for (let f = 0; f < d; f++) sum += (after[j * d + f] - before[j * d + f]) ** 2;
    return Math.sqrt(sum);
  });
  const by = Math.max(...shifts);
  return { j: shifts.indexOf(by), by };
}

/** @param {Frame} frame @returns {Told} */
function toldBatch(frame) {
  return {
    title: `Batch ${frame.iteration}`,
    text:
      `${counted(frame.batch?.length ?? 0, "points")} (ringed) are drawn; each center moves to the mean of all points it has got so far. ` +
      `Inertia of all points: ${amount(frame.inertia ?? 0)}.` + (frame.converged ? " It falls no more: the run ends." : ""),
    formula: "<i>μ<sub>j</sub></i> ← <i>μ<sub>j</sub></i> + (<i>x</i> − <i>μ<sub>j</sub></i>) / <i>n<sub>j</sub></i>",
  };
}

/** @param {Frame} frame @returns {Told} */
function toldSplit(frame) {
  return {
    title: `Cluster ${(frame.split ?? 0) + 1} is split`,
    text: `It has the highest inertia of the ${counted(frame.iteration, "clusters")}, so its points get two centers of their own. Inertia of all: ${amount(frame.inertia ?? 0)}.`,
    formula: "2-means within the worst cluster",
  };
}
