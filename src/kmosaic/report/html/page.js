// What the page does beyond what it shows. Without this script it is complete.
(() => {
  "use strict";
  const source = document.getElementById("page-data");
  if (!source) return;
  const data = JSON.parse(source.textContent);
  const plot = document.getElementById("map-plot");
  const groups = [...document.querySelectorAll(".group")];
  const title = (j) => data.titles[j];
  document.documentElement.classList.add("scripted");

  // --- one group alone: by its key in the legend, by its label on the map ---------------
  let only = null;
  const buttons = [...document.querySelectorAll("[data-only]")];
  const all = document.getElementById("show-all");
  const show = (j) => {
    only = only === j ? null : j;
    for (const button of buttons)
      button.setAttribute("aria-pressed", String(Number(button.dataset.only) === only));
    for (const group of groups)
      group.hidden = only !== null && group.id !== `group-${only}`;
    for (const dots of document.querySelectorAll(".dots"))
      dots.classList.toggle("dim", only !== null && Number(dots.dataset.group) !== only);
    if (all) all.hidden = only === null;
    say(only === null ? "All groups are shown." : `Only ${title(only)} is shown.`);
  };
  for (const button of buttons)
    button.addEventListener("click", () => show(Number(button.dataset.only)));
  if (all) all.addEventListener("click", () => { only = null; show(null); });

  // A link to a group that is hidden shows it.
  for (const link of document.querySelectorAll('a[href^="#group-"]'))
    link.addEventListener("click", () => {
      const target = document.querySelector(link.getAttribute("href"));
      if (target && target.hidden) { only = null; show(null); }
    });

  // --- a point of the map under the pointer, or walked to with the arrow keys -----------
  const status = document.createElement("p");
  status.className = "unseen";
  status.setAttribute("role", "status");
  document.body.append(status);
  const say = (text) => { status.textContent = text; };

  const card = document.createElement("div");
  card.className = "card";
  card.hidden = true;
  const ring = document.createElement("i");
  ring.className = "here";
  ring.hidden = true;
  plot.append(card, ring);
  const tileOf = new Map(data.pictured.map((point, i) => [point, i]));
  let at = -1;

  const picture = (i) => {
    const { sheet } = data;
    const box = document.createElement("div");
    const zoom = Math.max(1, Math.floor(84 / Math.max(sheet.width, sheet.height)));
    const column = i % sheet.columns, row = Math.floor(i / sheet.columns);
    box.className = sheet.ink ? "tile ink" : "tile";
    box.style.width = `${sheet.width * zoom}px`;
    box.style.height = `${sheet.height * zoom}px`;
    box.style.backgroundImage = `url(${sheet.uri})`;
    box.style.backgroundSize = `${sheet.tiles[0] * zoom}px ${sheet.tiles[1] * zoom}px`;
    box.style.backgroundPosition =
      `-${column * sheet.width * zoom}px -${row * sheet.height * zoom}px`;
    return box;
  };
  const line = (tag, text) => {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  };

  const visit = (i) => {
    at = i;
    card.hidden = ring.hidden = i < 0;
    if (i < 0) return;
    const tile = tileOf.get(i);
    card.replaceChildren();
    if (data.sheet && tile !== undefined) card.append(picture(tile));
    const name = data.names.length ? data.names[i] : `row ${data.rows[i]}`;
    card.append(line("b", title(data.groups[i])), line("span", name));
    if (data.values && tile !== undefined)
      data.columns.forEach((column, c) =>
        card.append(line("span", `${column}: ${data.values[tile][c]}`)));
    const x = (100 * data.x[i]) / data.width, y = (100 * data.y[i]) / data.height;
    for (const element of [card, ring]) {
      element.style.left = `${x}%`;
      element.style.top = `${y}%`;
    }
    card.classList.toggle("left", x > 70);
    card.classList.toggle("above", y > 60);
  };
  const nearest = (x, y, reach) => {
    let best = -1, least = reach * reach;
    for (let i = 0; i < data.x.length; i++) {
      if (only !== null && data.groups[i] !== only) continue;
      const d = (data.x[i] - x) ** 2 + (data.y[i] - y) ** 2;
      if (d < least) { least = d; best = i; }
    }
    return best;
  };
  plot.addEventListener("pointermove", (event) => {
    const box = plot.querySelector("svg").getBoundingClientRect();
    const scale = data.width / box.width;
    const i = nearest((event.clientX - box.left) * scale, (event.clientY - box.top) * scale, 30);
    if (i !== at) visit(i);
  });
  plot.addEventListener("pointerleave", () => visit(-1));
  plot.addEventListener("blur", () => visit(-1));
  plot.addEventListener("click", () => {
    if (at >= 0 && only !== data.groups[at]) show(data.groups[at]);
  });
  const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  plot.tabIndex = 0;
  plot.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { visit(-1); return; }
    if (event.key === "Enter" && at >= 0) { show(data.groups[at]); return; }
    const way = ways[event.key];
    if (!way) return;
    event.preventDefault();
    if (at < 0) visit(nearest(data.width / 2, data.height / 2, data.width));
    else {
      // The next point in that direction: ahead counts once, aside three times.
      let best = at, least = Infinity;
      for (let i = 0; i < data.x.length; i++) {
        if (only !== null && data.groups[i] !== only) continue;
        const dx = data.x[i] - data.x[at], dy = data.y[i] - data.y[at];
        const ahead = dx * way[0] + dy * way[1], aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
        if (ahead > 0 && ahead + 3 * aside < least) { least = ahead + 3 * aside; best = i; }
      }
      visit(best);
    }
    if (at >= 0) say([...card.children].map((part) => part.textContent).filter(Boolean).join(", "));
  });

  // --- the members of a group as a table ------------------------------------------------
  const inflate = async () => {
    const raw = Uint8Array.from(atob(data.members), (c) => c.charCodeAt(0));
    const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  };
  // A cell of a CSV file: quoted where something in it would end it.
  const cell = (value) => {
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const members = async (wanted) => {
    const { groups, names } = await inflate();
    const files = names && typeof names[0] === "string";
    const lines = [files ? "row,cluster,file" : "row,cluster"];
    groups.forEach((group, i) => {
      if (group !== wanted) return;
      if (files) lines.push(`${i},${group},${cell(names[i])}`);
      else lines.push(`${names ? names[i] : i},${group}`);
    });
    return lines;
  };
  for (const button of document.querySelectorAll("[data-export]")) {
    if (!data.members) button.remove();
    button.addEventListener("click", async () => {
      const wanted = Number(button.dataset.export);
      const lines = await members(wanted);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" }));
      link.download = `group-${wanted}.csv`;
      link.click();
      URL.revokeObjectURL(link.href);
      say(`${lines.length - 1} rows were saved.`);
    });
  }
})();
