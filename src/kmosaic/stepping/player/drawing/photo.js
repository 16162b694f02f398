// The picture, each pixel in the color of its center.

/** @typedef {import("../model/session.js").Session} Session */

/**
 * @param {HTMLCanvasElement} canvas @param {Session} session
 */
export function drawPhoto(canvas, session) {
  const { shape } = session.recording;
  if (!shape) return;
  const [height, width] = shape;
  canvas.width = width;
  canvas.height = height;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(width, height);
  const { labels, centers } = session.frame;
  const pixels = session.recording.X;
  for (let i = 0; i < width * height; i++) {
    const colored = labels[i] >= 0;
    const from = colored ? centers : pixels;
    const place = colored ? labels[i] * 3 : i * 3;
    for (let f = 0; f < 3; f++) image.data[4 * i + f] = Math.round(from[place + f]);
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  canvas.setAttribute(
    "aria-label",
    labels[0] < 0 ? "The picture as it is" : "The picture in the colors of the centers",
  );
}
