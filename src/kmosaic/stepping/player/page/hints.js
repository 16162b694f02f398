// Which button comes next, and what to say where another was pressed.

/** @typedef {import("../model/session.js").Session} Session */
/** @typedef {"choose" | "assign" | "update"} Action */

/** @type {Record<string, Action[]>} */
const ANSWERS = {
  draw: ["choose"],
  split: ["choose"],
  assign: ["assign"],
  update: ["update"],
  batch: ["assign", "update"], // a batch does both
};

/**
 * Why a button is the wrong one now; "" if it is the right one.
 * @param {Session} session @param {Action} action
 */
export function objection(session, action) {
  const { next, frame } = session;
  if (!next) return "Converged: assigning and updating change nothing any more. Go back, or change something below.";
  if (ANSWERS[next.kind].includes(action)) return "";
  if (next.kind === "draw" || next.kind === "split") return tooEarly(session, action);
  if (action === "choose") return "The centers are chosen already. Two half-steps alternate from here: which one is due?";
  if (next.kind === "update") return "Every point already has the label of its nearest center. That changes only when the centers move.";
  return frame.kind === "draw"
    ? "No point belongs to a center yet, so there is no mean to move to. What must come first?"
    : "Each center is the mean of its points already. That changes only when points change sides.";
}

/** @param {Session} session @param {Action} action */
function tooEarly(session, action) {
  const c = session.frame.centers.length / session.d;
  if (c && c < session.k) return `Only ${c} of ${session.k} centers ${c === 1 ? "is" : "are"} chosen. All of them are needed first.`;
  return action === "assign"
    ? "There is no center to be near to yet. What must come first?"
    : "A center moves to the mean of its points, and there is neither a center nor a label yet.";
}
