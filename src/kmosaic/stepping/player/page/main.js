// The way in.

import { App, by } from "./app.js";
import { connect } from "./controls.js";
import { connectEdits } from "./edits.js";
import { assign, lloyd, update } from "../model/lloyd.js";
import { plusPlus, seeded } from "../model/seeding.js";
import { unpack } from "../model/unpack.js";

const page = JSON.parse(by("data").textContent);
const app = new App(page.recordings.map(unpack), page.options);
connect(app);
connectEdits(app);
app.restore();

// Another size, another theme, paper: the canvas is drawn anew.
new ResizeObserver(() => app.refit()).observe(by("plane"));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => app.refit());
window.addEventListener("beforeprint", () => app.refit());
window.addEventListener("hashchange", () => app.restore());

// A page around this one may give the frame the height that it needs.
if (window.parent !== window) {
  new ResizeObserver(() => {
    window.parent.postMessage({ kmosaicHeight: document.documentElement.offsetHeight }, "*");
  }).observe(document.body);
}

// For the console, and for tests.
Object.assign(globalThis, { player: { app, assign, lloyd, plusPlus, seeded, update } });
