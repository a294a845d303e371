/** What happened in the period: dots on lanes to see when much did, and a list to read. */
import type { Event, Lane, PageData } from "../data";
import { byId, count, day, el, svg } from "./dom";

const lanes: readonly Lane[] = ["access", "people", "secrets", "exceptions", "by hand"];
const [width, laneHeight, left, right] = [1000, 30, 90, 12];
const atFirst = 20;

/**
 * Draws the lanes and the list, of which 20 events are shown at first, the latest first.
 *
 * @returns a function that shows up to 400 of them, for printing
 */
export function drawTimeline({ events, head }: PageData): () => void {
  const list = byId("events");
  const more = byId("events-more", HTMLButtonElement);
  const lane = byId("lane", HTMLSelectElement);
  for (const name of lanes)
    lane.append(
      el("option", { value: name }, `${name} (${events.filter((one) => one.lane === name).length})`),
    );
  let shown = atFirst;
  const draw = (): void => {
    const matching = events.filter((one) => lane.value === "" || one.lane === lane.value).toReversed();
    const visible = matching.slice(0, shown);
    const days = new Map<string, Event[]>();
    for (const event of visible) days.set(day(event.at), [...(days.get(day(event.at)) ?? []), event]);
    list.replaceChildren(
      ...[...days].map(([name, own]) =>
        el("li", {}, el("h3", {}, name), el("ul", {}, ...own.map((event) => line(event)))),
      ),
    );
    if (matching.length === 0) list.replaceChildren(el("li", { class: "empty" }, "Nothing in the period."));
    more.hidden = visible.length >= matching.length;
    more.textContent = `Show all ${matching.length.toLocaleString("en")}`;
  };
  lane.addEventListener("change", draw);
  more.addEventListener("click", () => {
    shown = Infinity;
    draw();
  });
  byId("lanes").append(picture(events, head));
  draw();
  return () => {
    shown = 400;
    draw();
  };
}

function line({ at, lane, title, detail }: Event): HTMLElement {
  return el(
    "li",
    {},
    el("time", { datetime: at }, at.slice(11, 16)),
    el("span", { class: `lane ${lane.replace(" ", "-")}` }, lane),
    el(
      "span",
      { class: "what" },
      title,
      detail === undefined ? undefined : el("span", { class: "detail" }, detail),
    ),
  );
}

function picture(events: readonly Event[], { since, asOf }: PageData["head"]): SVGElement {
  const [from, to] = [Date.parse(since), Date.parse(asOf)];
  const x = (at: string) =>
    left + ((Date.parse(at) - from) / Math.max(to - from, 1)) * (width - left - right);
  const height = lanes.length * laneHeight + 22;
  const told = lanes.map((lane) =>
    count(events.filter((one) => one.lane === lane).length, `event of ${lane}`, `events of ${lane}`),
  );
  const image = svg("svg", {
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": `From ${day(since)} to ${day(asOf)}: ${told.join(", ")}`,
  });
  for (const [index, lane] of lanes.entries()) {
    const y = index * laneHeight + laneHeight / 2;
    image.append(
      svg("text", { x: 0, y: y + 4, class: "label" }, lane),
      svg("line", { x1: left, x2: width - right, y1: y, y2: y, class: "rail" }),
      ...events
        .filter((one) => one.lane === lane)
        .slice(-400)
        .map((one) =>
          svg(
            "circle",
            { cx: x(one.at), cy: y, r: 6, class: `dot ${lane.replace(" ", "-")}` },
            svg("title", {}, `${day(one.at)}: ${one.title}`),
          ),
        ),
    );
  }
  for (const mark of [0, 0.25, 0.5, 0.75, 1]) {
    const at = new Date(from + (to - from) * mark).toISOString();
    image.append(
      svg(
        "text",
        {
          x: x(at),
          y: height - 4,
          class: "label",
          "text-anchor": mark === 1 ? "end" : mark === 0 ? "start" : "middle",
        },
        day(at),
      ),
    );
  }
  return image;
}
