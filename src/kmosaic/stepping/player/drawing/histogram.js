// Where many starts ended: bars of inertia, each a button that plays one of its starts.

import { amount } from "./words.js";

/** @typedef {import("../model/types.js").Starts} Starts */
/** @typedef {{from: number, to: number, starts: number[]}} Bar */

const BARS = 20;
const LEAST_SPAN = 1.2; // of the highest to the lowest inertia
const AS_GOOD = 1.01; // within one percent of the lowest

/**
 * @param {Starts} starts
 * @param {[number, number]} range lowest and highest inertia of all seedings
 * @returns {Bar[]}
 */
export function bars(starts, [low, high]) {
  const width = (high - low) / BARS || 1;
  const found = Array.from({ length: BARS }, (_, b) => ({
    from: low + b * width,
    to: low + (b + 1) * width,
    starts: /** @type {number[]} */ ([]),
  }));
  starts.inertia.forEach((inertia, i) => {
    found[Math.min(BARS - 1, Math.floor((inertia - low) / width))].starts.push(i);
  });
  return found;
}

/**
 * Lowest and highest inertia.
 * @param {Record<string, Starts>} all
 * @returns {[number, number]}
 */
export function rangeOf(all) {
  const values = Object.values(all).flatMap((starts) => starts.inertia);
  const low = Math.min(...values);
  // Differences of less than a percent are none to speak of: they share the first bar.
  return [low, Math.max(low * LEAST_SPAN, ...values)];
}

/**
 * @param {Bar[]} found @param {number} played which start is on the page, or −1
 */
export function barButtons(found, played) {
  const most = Math.max(...found.map((bar) => bar.starts.length));
  return found
    .map((bar, b) => {
      const n = bar.starts.length;
      const label = `${n} ${n === 1 ? "start" : "starts"} ended at an inertia of ${amount(bar.from)} to ${amount(bar.to)}: play one`;
      const now = bar.starts.includes(played) ? " now" : "";
      return (
        `<button type="button" class="bar${now}" data-bar="${b}" aria-label="${label}" title="${label}"` +
        `${n ? "" : " disabled"}><i style="height:${(100 * n) / most}%"></i><span>${n || ""}</span></button>`
      );
    })
    .join("");
}

/**
 * What the bars show, in a sentence.
 * @param {Starts} starts @param {string} init @param {number} lowest of all seedings
 */
export function startsText(starts, init, lowest) {
  const good = starts.inertia.filter((inertia) => inertia <= lowest * AS_GOOD).length;
  const share = Math.round((100 * good) / starts.inertia.length);
  const from = init === "random" ? "random points" : "centers drawn by k-means++";
  return (
    `The engine ran from ${starts.inertia.length} starts, ${from}. ${share} % of them ended within 1 % of ` +
    "the lowest inertia that was found. Click a bar to play one of its starts."
  );
}
