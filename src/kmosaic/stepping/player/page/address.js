// The state of the page in its address, so that a reload or a link finds it again.

/** @typedef {import("../model/types.js").Change} Change */

const LONGEST = 6000; // characters; a browser takes more, other programs do not

/**
 * @typedef {object} Place
 * @property {string} set
 * @property {number} step
 * @property {Change[]} changes
 * @property {boolean} cells
 * @property {boolean} trails
 * @property {boolean} lines
 * @property {string} cloud
 * @property {number} speed
 */

/**
 * @param {Place} place
 */
export function writeAddress(place) {
  const parts = new URLSearchParams();
  parts.set("set", place.set);
  parts.set("step", String(place.step));
  if (!place.cells) parts.set("cells", "0");
  if (!place.trails) parts.set("trails", "0");
  if (place.lines) parts.set("lines", "1");
  if (place.cloud) parts.set("cloud", place.cloud);
  if (place.speed !== 1) parts.set("speed", String(place.speed));
  if (place.changes.length) parts.set("changes", JSON.stringify(place.changes));
  const text = `#${parts}`;
  if (text.length > LONGEST || text === location.hash) return;
  try {
    history.replaceState(null, "", text);
  } catch {
    // A page within a notebook's frame has no address of its own.
  }
}

/**
 * @param {Record<string, unknown>} options what the page begins with
 * @returns {Partial<Place>}
 */
export function readAddress(options) {
  const parts = new URLSearchParams(location.hash.slice(1));
  for (const [key, value] of Object.entries(options)) {
    if (!parts.has(key)) parts.set(key, typeof value === "string" ? value : JSON.stringify(value));
  }
  /** @param {string} key @param {boolean} otherwise */
  const flag = (key, otherwise) => (parts.has(key) ? parts.get(key) === "1" : otherwise);
  return {
    set: parts.get("set") ?? undefined,
    step: Number(parts.get("step") ?? 0),
    changes: changesOf(parts.get("changes")),
    cells: flag("cells", true),
    trails: flag("trails", true),
    lines: flag("lines", false),
    cloud: parts.get("cloud") ?? "",
    speed: Number(parts.get("speed") ?? 1),
  };
}

/**
 * @param {string | null} text
 * @returns {Change[]}
 */
function changesOf(text) {
  try {
    const changes = JSON.parse(text ?? "[]");
    return Array.isArray(changes) ? changes : [];
  } catch {
    return []; // an address that somebody cut off
  }
}
