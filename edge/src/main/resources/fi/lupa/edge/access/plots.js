// Draws <figure class="plot" data-of="id" data-names="a,b" data-time="c" data-zone="Europe/Helsinki">: the element of that id tells the
// moments and the series, as JSON in data-series (seconds, then two series by the hour), and the figure is drawn anew whenever the page
// has taken in a newer one.
(() => {
  const plots = new Map();
  const HOUR = 3600;
  const DAY = 24 * HOUR;
  const colours = ["#1f7a4d", "#b3541e"];

  const series = (figure) => JSON.parse(document.getElementById(figure.dataset.of).dataset.series);

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
      known.setData(data);
      return;
    }
    const ink = getComputedStyle(figure).color;
    const zone = figure.dataset.zone;
    const tells = moments(zone);
    const axis = { stroke: ink, grid: { stroke: "#8884" }, ticks: { stroke: "#8884" } };
    const bars = (side) => uPlot.paths.bars({ size: [0.4, 24], align: side });
    plots.set(figure, new uPlot({
      width: figure.clientWidth,
      height: 240,
      cursor: { points: { show: false } },
      scales: { x: { range: (plot) => span(plot.data[0]) }, y: { range: (plot, low, high) => [0, Math.max(1, high * 1.1)] } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone),
      axes: [{ ...axis, values: (plot, splits) => splits.map(tells.tick) }, { ...axis, size: 60 }],
      series: [{ label: figure.dataset.time, value: (plot, seconds) => (seconds == null ? "–" : tells.whole(seconds)) }, ...figure.dataset.names.split(",").map((label, i) =>
        ({ label, stroke: colours[i], fill: colours[i] + "66", paths: bars(i === 0 ? -1 : 1), points: { show: false } }))],
    }, data, figure));
  };

  const drawAll = () => document.querySelectorAll("figure.plot").forEach(draw);

  addEventListener("DOMContentLoaded", drawAll);
  addEventListener("htmx:afterSettle", drawAll);
  addEventListener("resize", () => plots.forEach((plot, figure) => plot.setSize({ width: figure.clientWidth, height: 240 })));
})();
