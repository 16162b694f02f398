// What the modules hand to each other. Nothing here runs.

/**
 * @typedef {object} Draw
 * @property {number[]} rows points that became centers
 * @property {number[]} candidates points among which k-means++ chose
 * @property {number[]} potentials Σ of squared distances with each candidate
 */

/**
 * A half-step, and everything after it.
 * @typedef {object} Frame
 * @property {"start" | "draw" | "assign" | "update" | "batch" | "split"} kind
 * @property {number} iteration
 * @property {Float64Array} centers c × d, one after the other
 * @property {Int16Array} labels −1 for none
 * @property {Int32Array} changed points whose label is another than in the frame before
 * @property {number} moved
 * @property {number | null} inertia
 * @property {number | null} shift Σ squared distance that the centers moved
 * @property {number} distances computed
 * @property {number} inFull that there were to compute
 * @property {number[]} empty clusters without points, or just moved for that reason
 * @property {Draw | null} draw
 * @property {Int32Array | null} batch
 * @property {number | null} split
 * @property {string} converged
 */

/**
 * @typedef {object} Starts
 * @property {number[][]} rows
 * @property {number[]} inertia
 */

/**
 * What the engine recorded, unpacked.
 * @typedef {object} Recording
 * @property {string} key
 * @property {string} title
 * @property {string[]} why
 * @property {string} name
 * @property {"plane" | "projection" | "picture"} kind
 * @property {string[]} columns
 * @property {string[]} notes
 * @property {number} n
 * @property {number} d
 * @property {Float64Array} X n × d
 * @property {Float64Array} origin
 * @property {Float64Array[]} axes two, of length 1 and at right angles
 * @property {[number, number] | null} shape height and width
 * @property {number} k
 * @property {string} init
 * @property {number} seed
 * @property {string} algorithm
 * @property {Frame[]} frames
 * @property {Record<string, Starts>} starts
 */

/**
 * A change that somebody made on the page. They are replayed in order, so the last can be
 * taken back, and the address of the page can hold them.
 * @typedef {["k", number] | ["seed", number] | ["init", string] | ["scale", number, number]
 *   | ["move", number, number, number, number[][]?]
 *   | ["add", number, number, number[][]?] | ["remove", number, number[][]?] | ["center", number, number, number, number[][]]
 *   | ["start", string, number]} Change
 */

/** @typedef {{x: number, y: number}} Spot */

export {};
