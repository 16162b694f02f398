// Each player tells how high it is; its frame follows.
window.addEventListener("message", (event) => {
  const height = event.data && event.data.kmosaicHeight;
  if (typeof height !== "number") return;
  for (const frame of document.querySelectorAll("iframe.player")) {
    if (frame.contentWindow === event.source) frame.style.height = `${Math.ceil(height) + 2}px`;
  }
});
