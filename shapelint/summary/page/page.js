"use strict";
// Draws the graph in #data: folded modules are single boxes; what is visible is laid out by dagre, or, where that would
// take too long, in the order of execution.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const svg = byId("graph"), view = byId("view"), details = byId("details"), search = byId("search");
  const START = 60, MOST_LAID_OUT = 700, SVG = "http://www.w3.org/2000/svg";
  const open = new Set();
  let boxes = new Map(), picked = null, hits = [], hit = -1, at = { x: 0, y: 0, scale: 1 };

  // -- the tree of modules ------------------------------------------------------------------------------------------
  const parentOf = (path) => path.includes(".") ? path.slice(0, path.lastIndexOf(".")) : "";
  const lastOf = (path) => path.slice(path.lastIndexOf(".") + 1);
  const children = new Map([["", []]]);          // the groups in each group
  const members = new Map();                     // the nodes directly in each group
  for (const node of data.nodes) {
    if (!members.has(node.group)) members.set(node.group, []);
    members.get(node.group).push(node);
    for (let path = node.group; path && !children.has(path); path = parentOf(path)) children.set(path, []);
  }
  for (const path of children.keys()) if (path) children.get(parentOf(path)).push(path);
  const inside = new Map();                      // how many nodes are in each group, at any depth
  const countIn = (path) => {
    if (!inside.has(path)) {
      const own = (members.get(path) || []).length;
      inside.set(path, children.get(path).reduce((sum, child) => sum + countIn(child), own));
    }
    return inside.get(path);
  };
  countIn("");

  function openWithin(limit) {                   // from the outside in, as long as there is room
    let visible = (members.get("") || []).length + children.get("").length;
    for (let level = children.get(""); level.length;) {
      const next = [];
      for (const path of level) {
        const more = (members.get(path) || []).length + children.get(path).length - 1;
        if (visible + more > limit) continue;
        visible += more;
        open.add(path);
        next.push(...children.get(path));
      }
      level = next;
    }
  }

  function shownAs(node) {                       // the node, or the outermost folded module around it
    const around = [];
    for (let path = node.group; path; path = parentOf(path)) around.push(path);
    const folded = around.reverse().find((path) => !open.has(path));
    return folded === undefined ? "n" + node.id : "g" + folded;
  }

  // -- text ---------------------------------------------------------------------------------------------------------
  function shapeText(shape, nothing = "?") {
    if (shape === null || shape === undefined) return nothing;
    if (!Array.isArray(shape)) return "{" + Object.entries(shape).map(([k, v]) => k + ": " + shapeText(v, nothing)).join(", ") + "}";
    if (shape.every((part) => typeof part !== "object")) return "(" + shape.join(", ") + (shape.length === 1 ? ",)" : ")");
    return "[" + shape.map((part) => shapeText(part, nothing)).join(", ") + "]";
  }
  const outText = (call) => call.refused ? "refused" : shapeText(call.out, call.known ? "None" : "?");
  const short = (text, most) => text.length > most ? text.slice(0, most - 1) + "…" : text;
  const count = (value) => value === null || value === undefined ? "?" : typeof value === "number" ? value.toLocaleString("en") : value;

  function dimsOf(out) {                         // of the first tensor in an output
    while (Array.isArray(out) && out.length && typeof out[0] === "object" && out[0] !== null) out = out[0];
    return Array.isArray(out) ? out.filter((dim) => typeof dim === "number" && dim > 0) : [];
  }
  function sizeOf(out, text) {                   // wide as there are channels, high as there are positions
    const dims = dimsOf(out), channels = dims.length > 1 ? dims[1] : dims[0] || 1;
    const positions = dims.slice(2).reduce((a, b) => a * b, 1);
    return { width: Math.max(text * 7 + 18, 46 + 12 * Math.log2(1 + channels)), height: 34 + 3 * Math.log2(positions) };
  }

  // -- what is visible ----------------------------------------------------------------------------------------------
  function visibleGraph() {
    const found = new Map(), edges = new Map();
    for (const node of data.nodes) {
      const key = shownAs(node);
      const bad = node.findings.length > 0 || Boolean(node.refused);
      if (key[0] === "n") {
        const head = node.path ? lastOf(node.path) + ": " + node.layer : node.layer;
        found.set(key, box(key, node.kind, short(head, 40), node.kind === "operator" && !node.refused ? "" : outText(node), node.out, node.group, bad));
      } else {
        const path = key.slice(1), group = data.groups[path];
        const head = lastOf(path) + (group ? ": " + group.layer : "") + " [" + countIn(path) + "]";
        if (!found.has(key)) found.set(key, box(key, "folded", short(head, 40), group ? outText(group) : "", group ? group.out : null, parentOf(path), bad));
        found.get(key).bad ||= bad;
      }
    }
    for (const edge of data.edges) {
      const from = shownAs(data.nodes[edge.from]), to = shownAs(data.nodes[edge.to]), key = from + ">" + to;
      if (from !== to && !edges.has(key)) edges.set(key, { from, to, text: short(shapeText(edge.shape), 44) });
    }
    return { found, edges: [...edges.values()] };
  }
  function box(key, kind, text, shape, out, group, bad) {
    return { key, kind, text, shape: short(shape, 44), group, bad, ...sizeOf(out, Math.max(text.length, short(shape, 44).length * .85)) };
  }

  // -- layout -------------------------------------------------------------------------------------------------------
  function layOut(found, edges) {
    if (typeof dagre === "undefined" || found.size > MOST_LAID_OUT) return inOrder(found, edges);
    const graph = new dagre.graphlib.Graph({ compound: true, multigraph: false });
    graph.setGraph({ rankdir: "TB", nodesep: 24, ranksep: 34, marginx: 20, marginy: 20 });
    graph.setDefaultEdgeLabel(() => ({}));
    const groups = new Set();
    for (const each of found.values()) {
      graph.setNode(each.key, { width: each.width, height: each.height });
      for (let path = each.group, child = each.key; path; child = "c" + path, path = parentOf(path)) {
        if (!groups.has(path)) { groups.add(path); graph.setNode("c" + path, {}); }
        graph.setParent(child, "c" + path);
      }
    }
    for (const edge of edges) graph.setEdge(edge.from, edge.to, { width: edge.text.length * 5.6, height: 12, labelpos: "c" });
    dagre.layout(graph);
    for (const each of found.values()) Object.assign(each, graph.node(each.key));
    for (const edge of edges) Object.assign(edge, graph.edge(edge.from, edge.to));
    return [...groups].map((path) => ({ path, ...graph.node("c" + path) }));
  }
  function inOrder(found, edges) {               // a column for each depth, a row for each box
    let y = 20;
    for (const each of found.values()) {
      const depth = each.group ? each.group.split(".").length : 0;
      Object.assign(each, { x: 180 + depth * 60, y: y + each.height / 2 });
      y += each.height + 26;
    }
    for (const edge of edges) {
      const from = found.get(edge.from), to = found.get(edge.to), start = from.y + from.height / 2, end = to.y - to.height / 2;
      const bow = Math.max(from.x + from.width / 2, to.x + to.width / 2) + 12 + Math.log2(1 + Math.abs(end - start)) * 12;
      edge.points = Math.abs(end - start) < 40 ? [{ x: from.x, y: start }, { x: to.x, y: end }]
        : [{ x: from.x + from.width / 2, y: from.y }, { x: bow, y: from.y }, { x: bow, y: to.y }, { x: to.x + to.width / 2, y: to.y }];
      edge.x = (from.x + to.x) / 2; edge.y = (start + end) / 2;
      if (Math.abs(end - start) >= 40) edge.text = "";
    }
    return [];
  }

  // -- drawing ------------------------------------------------------------------------------------------------------
  function element(name, attributes, text) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }
  function draw() {
    const { found, edges } = visibleGraph();
    const groups = layOut(found, edges);
    boxes = found;
    const parts = [];
    groups.sort((a, b) => a.path.split(".").length - b.path.split(".").length);
    for (const each of groups) {
      const made = element("g", { class: "group", "data-path": each.path });
      made.append(element("rect", { x: each.x - each.width / 2, y: each.y - each.height / 2, width: each.width, height: each.height, rx: 6 }));
      parts.push(made);
    }
    for (const edge of edges) {
      const made = element("g", { class: "edge" });
      made.append(element("path", { d: "M" + edge.points.map((p) => p.x.toFixed(1) + "," + p.y.toFixed(1)).join("L") }));
      if (edge.text) made.append(element("text", { x: edge.x, y: edge.y + 4 }, edge.text));
      parts.push(made);
    }
    for (const each of groups) {                 // over the edges that cross them
      const made = element("g", { class: "title" }), group = data.groups[each.path];
      made.append(element("text", { x: each.x - each.width / 2 + 8, y: each.y - each.height / 2 + 13 }, lastOf(each.path) + (group ? ": " + group.layer : "")));
      parts.push(made);
    }
    for (const each of found.values()) {
      const made = element("g", { class: "node " + each.kind + (each.bad ? " bad" : ""), "data-key": each.key, transform: `translate(${each.x},${each.y})` });
      made.append(element("rect", { x: -each.width / 2, y: -each.height / 2, width: each.width, height: each.height, rx: each.kind === "operator" ? 12 : 4 }));
      made.append(element("text", { y: each.shape ? -2 : 4 }, each.text));
      if (each.shape) made.append(element("text", { y: 12, class: "shape" }, each.shape));
      parts.push(made);
    }
    view.replaceChildren(...parts);
    mark();
  }
  function mark() {
    const foundKeys = new Set(hits.map((node) => shownAs(node)));
    for (const made of view.querySelectorAll(".node")) {
      made.classList.toggle("picked", made.dataset.key === picked);
      made.classList.toggle("found", foundKeys.has(made.dataset.key));
    }
  }

  // -- moving about -------------------------------------------------------------------------------------------------
  const place = () => view.setAttribute("transform", `translate(${at.x},${at.y}) scale(${at.scale})`);
  function fit() {
    const bounds = view.getBBox(), area = svg.getBoundingClientRect();
    const whole = Math.min(area.width / (bounds.width + 40), area.height / (bounds.height + 40));
    at.scale = Math.min(1.5, Math.max(whole, .85));      // a deep network begins at its input, in a size to read
    at.x = area.width / 2 - (bounds.x + bounds.width / 2) * at.scale;
    at.y = whole < at.scale ? 20 - bounds.y * at.scale : area.height / 2 - (bounds.y + bounds.height / 2) * at.scale;
    place();
  }
  function zoom(by, x, y) {
    const scale = Math.min(4, Math.max(.02, at.scale * by));
    at.x = x - (x - at.x) * scale / at.scale;
    at.y = y - (y - at.y) * scale / at.scale;
    at.scale = scale;
    place();
  }
  function centre(key) {
    const each = boxes.get(key), area = svg.getBoundingClientRect();
    if (!each) return;
    at.scale = Math.max(at.scale, .8);
    at.x = area.width / 2 - each.x * at.scale;
    at.y = area.height / 2 - each.y * at.scale;
    place();
  }

  // -- the selected box ---------------------------------------------------------------------------------------------
  function pick(key, move) {
    picked = key;
    mark();
    describe();
    if (move) centre(key);
  }
  function html(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }
  function describe() {
    details.replaceChildren();
    const node = picked === null ? null : picked[0] === "n" ? data.nodes[Number(picked.slice(1))] : data.groups[picked.slice(1)];
    if (node === null) return summary();
    const shown = node || { path: picked.slice(1), layer: "modules", in: [], arguments: "", file: null };
    details.append(html("h2", shown.path || shown.layer));
    rows([
      ["layer", shown.layer + (shown.arguments ? "(" + shown.arguments + ")" : "")],
      ["input", shown.in && shown.in.length ? shown.in.map((each) => shapeText(each)).join(", ") : ""],
      ["output", shown.out === undefined ? "" : outText(shown)],
      ["parameters", shown.params ? count(shown.params) : ""],
      ["trainable", shown.params ? count(shown.trainable) : ""],
      ["mult-adds", shown.mult_adds ? count(shown.mult_adds) : ""],
      ["memory", shown.memory ? count(shown.memory) + " bytes" : ""],
      ["receptive field", shown.receptive_field ? [].concat(shown.receptive_field).join(" x ") : ""],
      ["stride", shown.stride ? shown.stride.join(" x ") : ""],
      ["line", shown.file ? shown.file + ":" + lineText(shown) : ""],
    ]);
    if (shown.refused) details.append(html("p", shown.refused, "finding"));
    for (const each of shown.findings || []) finding(each);
    source(shown);
  }
  function lineText(each) {
    return each.cell ? "cell " + each.cell + ":" + each.line : each.line;
  }
  function rows(pairs) {
    const table = html("table");
    for (const [name, value] of pairs) {
      if (value === "") continue;
      const row = html("tr");
      row.append(html("th", name), html("td", value));
      table.append(row);
    }
    details.append(table);
  }
  function finding(each) {
    details.append(html("p", each.code + " line " + lineText(each) + ": " + each.message, "finding"));
    if (each.help) details.append(html("p", each.help));
  }
  function source(node) {
    const pre = html("pre");
    for (let step = -2; node.file && step <= 2; step++) {
      const text = node.line + step > 0 ? data.source[node.file + ":" + (node.row + step)] : undefined;
      if (text !== undefined) pre.append(html("span", String(node.line + step).padStart(5) + "  " + text + "\n", step ? "" : "here"));
    }
    if (pre.childNodes.length) details.append(pre);
  }
  function summary() {
    details.append(html("h2", "the model"));
    const least = data.totals.complete ? "" : "at least ";
    rows([
      ["input", data.inputs.map((each) => shapeText(each)).join(", ")],
      ["output", shapeText(data.output)],
      ["parameters", (data.not_followed.length ? "at least " : "") + count(data.totals.parameters)],
      ["trainable", count(data.totals.trainable)],
      ["mult-adds", least + count(data.totals.mult_adds)],
      ["layers", String(data.nodes.filter((node) => node.kind === "layer").length)],
    ]);
    if (data.refused) details.append(html("p", "line " + lineText(data.refused) + ": " + data.refused.reason, "finding"));
    data.findings.forEach(finding);
    for (const each of data.unknown) details.append(html("p", (each.line ? "line " + lineText(each) + ": " : "") + each.reason));
    details.append(html("p", "arrows: along the graph · Enter: fold or unfold · / search · n: next · e c: unfold, fold all · + - f: zoom, fit · d: light or dark"));
  }

  // -- folding and searching ----------------------------------------------------------------------------------------
  function toggle(path) {
    if (open.has(path)) { open.delete(path); picked = "g" + path; } else { open.add(path); picked = null; }
    draw();
    if (picked !== null) centre(picked);
    else centre(shownAs(firstIn(path)));
    describe();
  }
  function firstIn(path) {
    return data.nodes.find((node) => node.group === path || node.group.startsWith(path + "."));
  }
  function reveal(node) {
    for (let path = node.group; path; path = parentOf(path)) open.add(path);
  }
  function find() {
    const words = search.value.trim().toLowerCase();
    const says = (node) => (node.path + " " + node.layer + " " + node.arguments + " " + shapeText(node.out)).toLowerCase();
    hits = words ? data.nodes.filter((node) => says(node).includes(words)) : [];
    hit = -1;
    byId("found").textContent = words ? hits.length + " found" : "";
    mark();
  }
  function next(step) {
    if (!hits.length) return;
    hit = (hit + step + hits.length) % hits.length;
    reveal(hits[hit]);
    draw();
    pick("n" + hits[hit].id, true);
    byId("found").textContent = hit + 1 + " of " + hits.length;
  }
  function along(step) {
    if (picked === null || !boxes.has(picked)) return pick(boxes.keys().next().value, true);
    const ways = data.edges.filter((edge) => shownAs(data.nodes[step > 0 ? edge.from : edge.to]) === picked)
      .map((edge) => shownAs(data.nodes[step > 0 ? edge.to : edge.from])).filter((key) => key !== picked);
    if (ways.length) pick(ways[0], true);
  }

  // -- events -------------------------------------------------------------------------------------------------------
  let drag = null;
  svg.addEventListener("pointerdown", (event) => { drag = { x: event.clientX - at.x, y: event.clientY - at.y, moved: false }; });
  window.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const x = event.clientX - drag.x, y = event.clientY - drag.y;
    drag.moved ||= Math.abs(x - at.x) + Math.abs(y - at.y) > 3;
    if (drag.moved) { at.x = x; at.y = y; place(); }
  });
  window.addEventListener("pointerup", () => { setTimeout(() => { drag = null; }, 0); });
  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    const area = svg.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / 500), event.clientX - area.left, event.clientY - area.top);
  }, { passive: false });
  svg.addEventListener("click", (event) => {
    if (drag && drag.moved) return;
    const made = event.target.closest(".node, .group");
    svg.focus();
    if (!made) return pick(null);
    if (made.dataset.key) pick(made.dataset.key);
    else pick("g" + made.dataset.path);
  });
  svg.addEventListener("dblclick", (event) => {
    const made = event.target.closest(".node.folded, .group");
    if (made) toggle(made.dataset.path || made.dataset.key.slice(1));
  });
  search.addEventListener("input", find);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") next(event.shiftKey ? -1 : 1);
    if (event.key === "Escape") { search.value = ""; find(); svg.focus(); }
    event.stopPropagation();
  });
  const middle = () => { const area = svg.getBoundingClientRect(); return [area.width / 2, area.height / 2]; };
  const foldAll = () => { open.clear(); picked = null; draw(); fit(); describe(); };
  const unfoldAll = () => { for (const path of children.keys()) if (path) open.add(path); picked = null; draw(); fit(); describe(); };
  const dark = () => document.documentElement.dataset.theme === "dark";
  const theme = () => { document.documentElement.dataset.theme = dark() ? "light" : "dark"; };
  const keys = {
    "/": () => search.focus(), Escape: () => pick(null), f: fit, e: unfoldAll, c: foldAll, d: theme,
    "+": () => zoom(1.25, ...middle()), "=": () => zoom(1.25, ...middle()), "-": () => zoom(.8, ...middle()),
    ArrowDown: () => along(1), ArrowRight: () => along(1), ArrowUp: () => along(-1), ArrowLeft: () => along(-1),
    n: () => next(1), N: () => next(-1),
    Enter: () => {
      if (picked === null) return;
      const path = picked[0] === "g" ? picked.slice(1) : data.nodes[Number(picked.slice(1))].group;
      if (path) toggle(path);
    },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, button") || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  for (const [id, act] of [["fold", foldAll], ["unfold", unfoldAll], ["fit", fit], ["theme", theme]]) byId(id).addEventListener("click", act);
  let before = null;                             // on paper the whole graph is seen
  window.addEventListener("beforeprint", () => {
    before = { ...at };
    const bounds = view.getBBox();
    svg.setAttribute("viewBox", [bounds.x - 10, bounds.y - 10, bounds.width + 20, bounds.height + 20].join(" "));
    at = { x: 0, y: 0, scale: 1 };
    place();
  });
  window.addEventListener("afterprint", () => { svg.removeAttribute("viewBox"); at = before || at; place(); });

  if (window.matchMedia("(prefers-color-scheme: dark)").matches) document.documentElement.dataset.theme = "dark";
  byId("title").textContent = data.target + " on " + (data.inputs.map((each) => shapeText(each)).join(", ") || "no input");
  openWithin(START);
  draw();
  fit();
  describe();
})();
