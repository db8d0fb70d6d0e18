/* Draws what dataops/web/charts.py describes. The data stands beside each canvas as JSON; after a
   swap the chart takes the new numbers over instead of being made again. */
(() => {
  if (dataops.charts) return; // a step back in the history runs the scripts of the page once more
  const charts = dataops.charts = new Map(); // canvas -> {chart, data, text, at, zoomed}
  const { token, long, when, say, datasets, usual, limitKeys, annotations, QUANTILES, scales } = dataops.drawing;

  function options(data, canvas) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    return {
      animation: still ? false : { duration: 250 }, responsive: true, maintainAspectRatio: false,
      indexAxis: data.horizontal ? "y" : "x", scales: scales(data),
      interaction: { mode: "index", intersect: false, axis: data.horizontal ? "y" : "x" },
      onClick: (_, found) => follow(canvas, found[0]?.index),
      onHover: (event, found) => {
        event.native.target.style.cursor = found.length && data.links[found[0].index] ? "pointer" : "default";
      },
      plugins: {
        annotation: { annotations: annotations(data) },
        legend: {
          display: data.series.length + limitKeys(data).length > 1, align: "start",
          labels: {
            color: token("on-surface"), usePointStyle: true, boxHeight: 7, padding: 14,
            generateLabels: (chart) => [...usual.labels.generateLabels(chart), ...limitKeys(data)],
          },
          onClick(event, item, legend) { if ("datasetIndex" in item) usual.onClick.call(this, event, item, legend); },
        },
        tooltip: {
          backgroundColor: token("inverse-surface"), titleColor: token("on-inverse-surface"),
          bodyColor: token("on-inverse-surface"), padding: 10, cornerRadius: 8, usePointStyle: true, boxPadding: 4,
          callbacks: {
            title: (items) => when(items[0].label, long),
            label: (item) => ` ${item.dataset.label}: ${say(item.raw, data.unit)}`,
            footer: (items) => happened(data, items[0]?.dataIndex),
          },
        },
      },
    };
  }

  const happened = (data, at) => data.marks.filter((mark) => mark.at === at).flatMap((mark) => mark.told);

  function follow(canvas, at) {
    const held = charts.get(canvas);
    if (held.brushed) { held.brushed = false; return; }
    const url = held.data.links[at];
    if (url) location.assign(url);
  }

  /* Making, refreshing, forgetting ------------------------------------------------------------------ */
  const canvasOf = (figure) => document.getElementById(figure.dataset.chart);
  function draw(figure) {
    nearby.unobserve(figure);
    const canvas = canvasOf(figure);
    const source = document.getElementById(`${figure.dataset.chart}-data`);
    const held = charts.get(canvas);
    if (held) offer(canvas); // a morph hides them again
    if (held?.text === source.textContent) return;
    const data = JSON.parse(source.textContent);
    if (held) return refresh(held, canvas, data, source.textContent);
    const chart = new Chart(canvas, {
      type: data.kind === "line" ? "line" : "bar",
      data: { labels: data.labels, datasets: datasets(data), quantiles: data.quantiles },
      options: options(data, canvas),
      plugins: data.quantiles ? [QUANTILES] : [],
    });
    charts.set(canvas, { chart, data, text: source.textContent });
    if (!data.horizontal && data.kind !== "distribution") { brush(canvas, chart); wheel(canvas); }
    offer(canvas);
    keys(canvas);
  }

  function refresh(held, canvas, data, text) {
    const { chart } = held;
    const hidden = new Set(chart.data.datasets.filter((_, i) => !chart.isDatasetVisible(i)).map((set) => set.label));
    Object.assign(held, { data, text });
    Object.assign(chart.data, { labels: data.labels, quantiles: data.quantiles });
    chart.data.datasets = datasets(data).map((set) => ({ ...set, hidden: hidden.has(set.label) }));
    const { min, max } = chart.options.scales.x;
    chart.options = options(data, canvas);
    if (held.zoomed) Object.assign(chart.options.scales.x, { min, max });
    chart.update("none");
  }

  /* Charts are drawn when they come near what is seen: the page stands first, and one far below costs nothing. */
  const nearby = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) if (isIntersecting) draw(target);
  }, { rootMargin: "50% 0px" });
  const places = () => document.querySelectorAll("[data-chart]");
  function drawAll() {
    for (const [canvas, { chart }] of charts) {
      if (!canvas.isConnected) { chart.destroy(); charts.delete(canvas); }
    }
    nearby.disconnect();
    for (const figure of places()) charts.has(canvasOf(figure)) ? draw(figure) : nearby.observe(figure);
  }

  /* Brush: drag over a stretch to see it alone ------------------------------------------------------ */
  function zoom(canvas, from, to) {
    const held = charts.get(canvas);
    held.zoomed = from !== undefined;
    Object.assign(held.chart.options.scales.x, { min: from, max: to });
    held.chart.update();
    offer(canvas);
  }

  /* Buttons and keys do what the mouse does: closer shows half of what is seen, around the point stepped to. */
  function offer(canvas) {
    const { data, zoomed } = charts.get(canvas);
    const can = { closer: !data.horizontal && data.kind !== "distribution", earlier: zoomed, later: zoomed, reset: zoomed };
    const tools = canvas.closest("[data-chart]");
    for (const [tool, shown] of Object.entries(can)) tools.querySelector(`[data-chart-do=${tool}]`).hidden = !shown;
  }
  const seen = (canvas) => {
    const { chart, data } = charts.get(canvas);
    const { min = 0, max = data.labels.length - 1 } = chart.options.scales.x;
    return [min, max];
  };
  function closer(canvas) {
    const [min, max] = seen(canvas);
    const half = Math.max(Math.ceil((max - min) / 2), 1);
    const middle = charts.get(canvas).at ?? Math.round((min + max) / 2);
    const from = Math.min(Math.max(middle - Math.floor(half / 2), min), max - half);
    if (max - min > 1) zoom(canvas, from, from + half);
  }
  const along = (canvas, share) => {
    const [min, max] = seen(canvas);
    pan(canvas, Math.sign(share) * Math.max(Math.round((max - min) * Math.abs(share)), 1));
  };

  /* Pan: what is zoomed moves along by Shift and a drag, by Shift and the arrows, or by a sideways wheel. */
  function pan(canvas, by) {
    const { chart, data, zoomed } = charts.get(canvas);
    if (!zoomed) return;
    const { min, max } = chart.options.scales.x;
    const step = Math.max(-min, Math.min(data.labels.length - 1 - max, by));
    if (step) zoom(canvas, min + step, max + step);
  }
  function wheel(canvas) {
    canvas.addEventListener("wheel", (event) => {
      const by = event.deltaX || (event.shiftKey && event.deltaY);
      if (!by || !charts.get(canvas).zoomed) return;
      event.preventDefault();
      pan(canvas, Math.sign(by));
    }, { passive: false });
  }

  function brush(canvas, chart) {
    const shade = document.createElement("div");
    shade.className = "chart-brush";
    shade.hidden = true;
    canvas.parentElement.append(shade);
    let start = null;
    const within = (x) => Math.min(Math.max(x, chart.chartArea.left), chart.chartArea.right);
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button === 0 && event.pointerType !== "touch") start = within(event.offsetX);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (start === null || Math.abs(event.offsetX - start) < 6) return;
      canvas.setPointerCapture(event.pointerId);
      if (event.shiftKey) {
        const at = (x) => Math.round(chart.scales.x.getValueForPixel(x));
        const by = at(start) - at(within(event.offsetX));
        charts.get(canvas).brushed = true;
        if (by) { pan(canvas, by); start = within(event.offsetX); }
        return;
      }
      const end = within(event.offsetX);
      shade.hidden = false;
      const { top, bottom } = chart.chartArea;
      Object.assign(shade.style, {
        left: `${Math.min(start, end)}px`, width: `${Math.abs(end - start)}px`, top: `${top}px`, height: `${bottom - top}px`,
      });
    });
    canvas.addEventListener("pointerup", (event) => {
      if (!shade.hidden) {
        const [from, to] = [start, within(event.offsetX)].sort((a, b) => a - b)
          .map((x) => Math.round(chart.scales.x.getValueForPixel(x)));
        charts.get(canvas).brushed = true;
        setTimeout(() => { charts.get(canvas).brushed = false; });
        if (to > from) zoom(canvas, from, to);
      }
      shade.hidden = true;
      start = null;
    });
  }

  /* Keys: arrows step through the points and read them out, Enter opens, Escape lets go -------------- */
  function keys(canvas) {
    canvas.addEventListener("keydown", (event) => {
      const held = charts.get(canvas);
      const { chart, data, at = -1 } = held;
      const last = data.labels.length - 1;
      const moves = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last };
      const tool = KEYS[event.key];
      if (tool && !canvas.closest("[data-chart]").querySelector(`[data-chart-do=${tool}]`).hidden) return ACTIONS[tool](canvas);
      if (event.shiftKey && event.key.startsWith("Arrow")) return pan(canvas, event.key === "ArrowRight" ? 1 : -1);
      if (event.key === "Enter") return data.links[at] && location.assign(data.links[at]);
      if (event.key === "Escape") return show(chart, []);
      if (!(event.key in moves)) return;
      event.preventDefault();
      held.at = Math.min(Math.max(moves[event.key], 0), last);
      const shown = data.series.map((_, i) => i).filter((i) => chart.isDatasetVisible(i));
      show(chart, shown.map((datasetIndex) => ({ datasetIndex, index: held.at })));
      const values = shown.map((i) => `${data.series[i].name} ${say(data.series[i].values[held.at], data.unit)}`);
      document.getElementById(`${canvas.id}-point`).textContent =
        [when(data.labels[held.at], long), ...values, ...happened(data, held.at)].join(", ");
    });
    canvas.addEventListener("blur", () => charts.has(canvas) && show(charts.get(canvas).chart, []));
  }

  function show(chart, elements) {
    const drawn = elements.filter(({ datasetIndex, index }) => chart.data.datasets[datasetIndex].data[index] !== null);
    chart.setActiveElements(drawn);
    chart.tooltip.setActiveElements(drawn, { x: 0, y: 0 });
    chart.update("none");
  }

  /* Taking it along --------------------------------------------------------------------------------- */
  function save(url, name) {
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
  }
  /* The canvas is see-through; a picture of a dark chart would be unreadable on white paper. */
  function onGround(canvas) {
    const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
    const pen = copy.getContext("2d");
    pen.fillStyle = token("surface-raised");
    pen.fillRect(0, 0, copy.width, copy.height);
    pen.drawImage(canvas, 0, 0);
    return copy;
  }
  const cell = (value) => {
    const text = value === null ? "" : String(value);
    const guarded = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text; // no formulas for spreadsheets
    return /[",\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
  };
  function csv(data) {
    const rows = data.labels.map((label, i) => [label, ...data.series.map((series) => series.values[i])]);
    return [["", ...data.series.map((series) => series.name)], ...rows].map((row) => row.map(cell).join(",")).join("\n");
  }
  const KEYS = { "+": "closer", "-": "reset" };
  const ACTIONS = {
    closer,
    earlier: (canvas) => along(canvas, -0.5),
    later: (canvas) => along(canvas, 0.5),
    reset: (canvas) => zoom(canvas, undefined, undefined),
    png: (canvas) => save(onGround(canvas).toDataURL("image/png"), `${canvas.id}.png`),
    csv: (canvas) => {
      const url = URL.createObjectURL(new Blob([csv(charts.get(canvas).data)], { type: "text/csv" }));
      save(url, `${canvas.id}.csv`);
      setTimeout(() => URL.revokeObjectURL(url), 1000);
    },
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-chart-do]");
    if (button) ACTIONS[button.dataset.chartDo](canvasOf(button.closest("[data-chart]")));
  });

  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  new MutationObserver(() => {
    for (const [canvas, held] of charts) refresh(held, canvas, held.data, held.text);
  }).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  document.addEventListener("htmx:after:swap", drawAll);
  /* Who tabs into a chart, or prints the page, is there before it was seen. */
  document.addEventListener("focusin", ({ target }) => { if (target.closest("[data-chart]")) draw(target.closest("[data-chart]")); });
  addEventListener("beforeprint", () => places().forEach(draw));
  document.readyState === "complete" ? drawAll() : addEventListener("load", drawAll);
})();
