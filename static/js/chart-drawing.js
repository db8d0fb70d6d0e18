/* How what dataops/web/charts.py describes looks: series, axes, marks and quantiles for Chart.js.
   charts.js makes the charts of it. */
(() => {
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const faded = (colour, share) => `color-mix(in srgb, ${colour} ${share}%, transparent)`;
  /* Okabe-Ito after the accent: told apart by people who see few colours, on light and on dark. */
  const palette = () => [token("primary"), "#d55e00", "#009e73", "#cc79a7", "#b08800", "#56b4e9"];

  /* Labels: a moment is shown short, in the reader's own time zone ---------------------------------- */
  const MOMENT = /^\d{4}-\d\d-\d\dT/;
  const DAY = /^\d{4}-\d\d-\d\d$/;
  const { lang, dataset: { timeZone } } = document.documentElement;
  const DAY_AND_MONTH = { day: "numeric", month: "short" };
  /* How a moment is told, and how a day, which is one of UTC wherever it is read. */
  const formats = (moment, day) => ({
    moment: new Intl.DateTimeFormat(lang, { ...moment, timeZone }), day: new Intl.DateTimeFormat(lang, { ...day, timeZone: "UTC" }),
  });
  const short = formats(DAY_AND_MONTH, DAY_AND_MONTH);
  const long = formats({ dateStyle: "medium", timeStyle: "short" }, { dateStyle: "medium" });
  const when = (label, format) => {
    if (MOMENT.test(label)) return format.moment.format(new Date(label));
    return DAY.test(label) ? format.day.format(new Date(label)) : String(label);
  };
  const figures = new Intl.NumberFormat(lang, { maximumSignificantDigits: 4 });
  const say = (value, unit) => (value === null ? dataops.say("no value") : `${figures.format(value)}${unit ? ` ${unit}` : ""}`);

  /* From our description to Chart.js ---------------------------------------------------------------- */
  function lineSet(series, i, lone) {
    const colour = palette()[i];
    return {
      label: series.name, data: series.values, borderColor: colour, backgroundColor: colour, spanGaps: false,
      borderDash: series.dashed ? [5, 4] : [], borderWidth: 2, tension: 0, clip: 8,
      pointRadius: lone ? 3 : 0, pointHoverRadius: 5, pointHitRadius: 12, pointStyle: ["circle", "rect", "triangle"][i % 3],
    };
  }
  /* A band: two thin lines, the upper one filled down to the lower one before it. */
  function bandSet(series) {
    return {
      label: series.name, data: series.values, spanGaps: false, borderColor: faded(token("ok"), 60), borderWidth: 1, order: 2,
      backgroundColor: faded(token("ok"), 16), fill: series.role === "high" ? "-1" : false, pointRadius: 0, pointStyle: "line",
    };
  }
  /* Points that stand out, told apart by shape as well as by colour. */
  function pointSet(series) {
    const colour = token(series.role === "unusual" ? "bad" : "ok");
    return {
      label: series.name, data: series.values, showLine: false, borderColor: colour, borderWidth: 2, order: -1, pointRadius: 6,
      backgroundColor: faded(colour, 30), pointHoverRadius: 7, pointStyle: series.role === "unusual" ? "rectRot" : "circle",
    };
  }
  /* Colours of states, which stand beside each other in one bar. */
  const TONES = { ok: "ok", warn: "warn", bad: "bad", muted: "outline" };
  function barSet(series, i) {
    const colour = series.tone ? token(TONES[series.tone]) : palette()[i];
    return { label: series.name, data: series.values, backgroundColor: colour, borderRadius: 4, maxBarThickness: 32 };
  }
  /* Reference: a grey outline; current: the accent over it, in the same bins. */
  function stepSet(series, i) {
    const colour = i ? token("primary") : token("outline");
    return {
      label: series.name, data: series.values, grouped: false, barPercentage: 1, categoryPercentage: 1, order: 1 - i,
      backgroundColor: faded(colour, i ? 30 : 14), borderColor: colour, borderWidth: 1.5, borderSkipped: "start",
    };
  }
  const datasets = (data) => data.series.map((series, i) => {
    if (data.kind === "distribution") return stepSet(series, i);
    if (data.kind === "bars") return barSet(series, i);
    if (series.role === "low" || series.role === "high") return bandSet(series);
    if (series.role) return pointSet(series);
    return lineSet(series, i, series.values.filter((v) => v !== null).length < 12);
  });

  const usual = Chart.defaults.plugins.legend;
  const note = (text, colour, position) => ({
    display: true, content: text, position, color: colour, backgroundColor: faded(token("surface-raised"), 80),
    font: { size: 11, weight: 600 }, padding: { x: 4, y: 1 },
  });
  /* What a line across means stands in the legend: on the plot its words would hide the newest values. */
  const limit = ({ label, value }) => `${label} ${figures.format(value)}`;
  const limitKeys = (data) => data.horizontal ? [] : data.thresholds.map((one) => ({
    text: limit(one), fontColor: token("on-surface"), strokeStyle: token("bad"), pointStyle: "line", lineWidth: 1.5, lineDash: [6, 4],
  }));
  function annotations(data) {
    const lines = {};
    const across = data.horizontal ? "x" : "y";
    data.thresholds.forEach(({ label, value }, i) => {
      lines[`threshold${i}`] = {
        type: "line", scaleID: across, value, borderColor: token("bad"), borderWidth: 1.5, borderDash: [6, 4],
        label: data.horizontal ? note(limit({ label, value }), token("bad"), "start") : {},
      };
    });
    data.marks.forEach(({ at, label }, i) => {
      lines[`mark${i}`] = {
        type: "line", scaleID: "x", value: at, borderColor: token("outline"), borderWidth: 1,
        label: note(label, token("on-surface-muted"), "end"),
      };
    });
    return lines;
  }

  /* Quantiles: a row of ticks for each side above the bins, the middle half thick, the median tall. */
  const QUANTILES = {
    id: "quantiles",
    afterDatasetsDraw(chart) {
      const { reference, current } = chart.data.quantiles;
      [[reference, "outline"], [current, "primary"]].forEach(([marks, colour], row) => marks?.length && ticks(chart, marks, token(colour), 7 + 12 * row));
    },
  };
  function ticks({ ctx: pen, chartArea, scales: { x } }, marks, colour, down) {
    const y = chartArea.top + down;
    const place = (at) => x.getPixelForValue(at);
    const stroke = (from, to, width) => { pen.lineWidth = width; pen.beginPath(); pen.moveTo(...from); pen.lineTo(...to); pen.stroke(); };
    const [low, high] = [0.25, 0.75].map((level) => marks.find((mark) => mark.level === level));
    pen.save();
    pen.strokeStyle = colour;
    stroke([place(marks[0].at), y], [place(marks.at(-1).at), y], 1);
    if (low && high) stroke([place(low.at), y], [place(high.at), y], 4);
    for (const { level, at } of marks) {
      const half = level === 0.5 ? 5 : 3;
      stroke([place(at), y - half], [place(at), y + half], level === 0.5 ? 2.5 : 1.5);
    }
    pen.restore();
  }

  function scales(data) {
    const [low, high] = data.y_range || [null, null];
    const muted = token("on-surface-muted");
    const values = {
      min: low ?? undefined, max: high ?? undefined, grace: data.quantiles?.current.length ? "16%" : 0, beginAtZero: data.kind !== "line", border: { display: false },
      grid: { color: token("outline-soft") }, stacked: Boolean(data.stacked), title: { display: Boolean(data.unit), text: data.unit, color: muted },
      ticks: { color: muted, maxTicksLimit: 6 },
    };
    const points = {
      grid: { display: false }, border: { color: token("outline-soft") }, stacked: Boolean(data.stacked), offset: data.kind !== "line",
      ticks: {
        color: muted, maxRotation: 0, autoSkip: !data.horizontal, autoSkipPadding: data.kind === "line" ? 16 : 3,
        callback(at) { return when(this.getLabelForValue(at), short); },
      },
    };
    return data.horizontal ? { x: values, y: points } : { x: points, y: values };
  }

  dataops.drawing = { token, long, when, say, datasets, usual, limitKeys, annotations, QUANTILES, scales };
})();
