// Draws <figure class="plot" data-of="id" data-names="a,b" data-time="c" data-zone="Europe/Helsinki">: the element of that id tells the
// moments and the series, as JSON in data-series (seconds, then two series by the hour), and the figure is drawn anew whenever the page
// has taken in a newer one.
(() => {
  const plots = new Map();
  const HOUR = 3600;
  const DAY = 24 * HOUR;
  const colours = ["#1f7a4d", "#b3541e"];

  const series = (figure) => JSON.parse(document.getElementById(figure.dataset.of).dataset.series);

  // Messages are counted: 1, 2, 5, 10, 20, 50 ... apart.
  const whole = Array.from({ length: 30 }, (_, i) => [1, 2, 5][i % 3] * 10 ** Math.floor(i / 3));

  // The two bars of an hour stand beside each other within it: between its beginning and the next one's.
  const SLOT = 0.45 * HOUR;
  const bars = (i) => uPlot.paths.bars({
    disp: {
      x0: { unit: 1, values: (plot) => plot.data[0].map((hour) => hour + 0.05 * HOUR + i * SLOT) },
      size: { unit: 1, values: (plot) => plot.data[0].map(() => SLOT) },
    },
  });

  // The hour that a moment lies in, which is not always the one that begins the nearest; null where none is told.
  const within = (plot, of, nearest, moment) => {
    const hours = plot.data[0];
    const i = hours[nearest] > moment ? nearest - 1 : nearest;
    return i >= 0 && moment < hours[i] + HOUR ? i : null;
  };

  // A day at the least; of a single hour uPlot itself would make years.
  const span = (hours) => {
    const last = hours[hours.length - 1];
    return [Math.min(hours[0] - HOUR, last - DAY), last + HOUR];
  };

  // As the page's language writes them: the hour, and the day where one begins.
  const moments = (timeZone) => {
    const page = document.documentElement.lang;
    const language = page === "en" ? "en-GB" : page;
    const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "numeric", timeZone });
    const time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
    const at = (seconds) => new Date(seconds * 1000);
    return {
      tick: (seconds) => (/^0?0[:.]00$/.test(time.format(at(seconds))) ? day : time).format(at(seconds)),
      whole: (seconds) => `${day.format(at(seconds))} ${time.format(at(seconds))}`,
    };
  };

  const draw = (figure) => {
    const data = series(figure);
    if (data[0].length === 0) {
      return;
    }
    const known = plots.get(figure);
    if (known) {
      const { left, top } = known.cursor;
      known.setData(data);
      if (left >= 0) {
        // New data empties what is told of the hour under the cursor, which has not moved.
        known.setCursor({ left, top });
      }
      return;
    }
    const ink = getComputedStyle(figure).color;
    const zone = figure.dataset.zone;
    const tells = moments(zone);
    const axis = { stroke: ink, grid: { stroke: "#8884" }, ticks: { stroke: "#8884" } };
    plots.set(figure, new uPlot({
      width: figure.clientWidth,
      height: 240,
      cursor: { points: { show: false }, dataIdx: within },
      scales: { x: { range: (plot) => span(plot.data[0]) }, y: { range: (plot, low, high) => [0, Math.max(1, high * 1.1)] } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone),
      axes: [{ ...axis, values: (plot, splits) => splits.map(tells.tick) }, { ...axis, size: 60, incrs: whole }],
      series: [{ label: figure.dataset.time, value: (plot, seconds) => (seconds == null ? "–" : tells.whole(seconds)) }, ...figure.dataset.names.split(",").map((label, i) =>
        ({ label, stroke: colours[i], fill: colours[i] + "66", paths: bars(i), points: { show: false } }))],
    }, data, figure));
  };

  const drawAll = () => document.querySelectorAll("figure.plot").forEach(draw);

  addEventListener("DOMContentLoaded", drawAll);
  addEventListener("htmx:afterSettle", drawAll);
  addEventListener("resize", () => plots.forEach((plot, figure) => plot.setSize({ width: figure.clientWidth, height: 240 })));
})();
