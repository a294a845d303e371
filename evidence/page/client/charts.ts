/** Bars with their numbers beside them: a table first, so that nobody needs to see them. */
import type { Chart } from "../data";
import { el, svg } from "./dom";

const width = 240;
const height = 14;

/** One chart, all its bars to one scale; a limit is a mark on the bar. The legend is left out for a single series. */
export function chartFigure({ title, says, series, bars, unit }: Chart): HTMLElement {
  const totals = bars.map(({ values, limit = 0 }) =>
    Math.max(
      limit,
      values.reduce((sum, value) => sum + value, 0),
    ),
  );
  const scale = Math.max(...totals, 1);
  const legend = series.length < 2 ? undefined : el("p", { class: "legend" });
  if (legend)
    for (const { name, tone } of series)
      legend.append(el("span", {}, el("i", { class: `swatch ${tone}`, "aria-hidden": true }), name));
  const measured = `${series.map(({ name }) => name).join(" + ")}, ${unit}`;
  const head = el("tr", {}, el("th", { scope: "col" }, "what"), el("th", { scope: "col" }, measured));
  const rows = bars.map((bar) => {
    const number = bar.values.map((value) => value.toLocaleString("en")).join(" + ");
    const { limit } = bar;
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, bar.label),
      el(
        "td",
        {},
        el(
          "div",
          {},
          drawing(bar, series, scale),
          el(
            "span",
            { class: "value" },
            limit === undefined ? number : `${number} of ${limit.toLocaleString("en")}`,
          ),
        ),
      ),
    );
  });
  return el(
    "figure",
    { class: "chart" },
    el("figcaption", {}, el("h3", {}, title), el("p", {}, says)),
    legend,
    bars.length === 0
      ? el("p", { class: "empty" }, "Nothing.")
      : el(
          "table",
          {},
          el("colgroup", {}, el("col", { class: "what" }), el("col")),
          el("thead", { class: "unseen" }, head),
          el("tbody", {}, ...rows),
        ),
  );
}

function drawing(bar: Chart["bars"][number], series: Chart["series"], scale: number): SVGElement {
  const image = svg("svg", {
    viewBox: `0 0 ${width} ${height}`,
    class: "bar",
    "aria-hidden": "true",
    preserveAspectRatio: "none",
  });
  let left = 0;
  for (const [at, value] of bar.values.entries()) {
    const length = (value / scale) * width;
    if (length > 0)
      image.append(
        svg("rect", {
          class: series[at]?.tone ?? "plain",
          x: left,
          y: 1,
          width: Math.max(length, 1.5),
          height: height - 2,
          rx: 2,
        }),
      );
    left += length;
  }
  if (bar.limit !== undefined)
    image.append(
      svg("rect", {
        class: "limit",
        x: Math.min((bar.limit / scale) * width, width - 2),
        y: 0,
        width: 2,
        height,
      }),
    );
  return image;
}
