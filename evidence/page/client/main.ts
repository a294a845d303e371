/** Brings the page to life. Everything it shows stands in the page itself: it asks nobody. */
import { levels, type PageData } from "../data";
import { Rights } from "../decode";
import { noFilter, viewOf, type Filter } from "../filter";
import { chartFigure } from "./charts";
import { byId, count, el } from "./dom";
import { Grid } from "./grid";
import { letterOf, words } from "./marks";
import { tableSection } from "./tables";
import { setUpTheme } from "./theme";
import { drawTimeline } from "./timeline";
import { Answers } from "./why";

/** With more repositories, projects are shown first. */
const manyRepositories = 60;

setUpTheme();
const data = JSON.parse(byId("data").textContent) as PageData;
const rights = new Rights(data);
const names = data.capabilities.map(({ name }) => name);
const answers = new Answers(rights, data);

const controls = {
  people: byId("find-people", HTMLInputElement),
  places: byId("find-places", HTMLInputElement),
  capability: byId("capability", HTMLSelectElement),
  team: byId("team", HTMLSelectElement),
  only: byId("only", HTMLSelectElement),
  columns: byId("columns", HTMLSelectElement),
};
for (const name of names.toReversed()) controls.capability.append(el("option", { value: name }, name));
for (const team of [...new Set(rights.holders.flatMap(({ teams }) => teams))].sort())
  controls.team.append(el("option", { value: team }, team));
controls.columns.value = rights.targets.length > manyRepositories ? "projects" : "repositories";

function filter(): Filter {
  return {
    people: controls.people.value,
    places: controls.places.value,
    capability: controls.capability.value,
    team: controls.team.value,
    only: controls.only.value as Filter["only"],
    columns: controls.columns.value as Filter["columns"],
  };
}

const status = byId("matrix-status");
function told(view: ReturnType<typeof viewOf>): ReturnType<typeof viewOf> {
  const what =
    controls.columns.value === "projects" ? ["project", "projects"] : ["repository", "repositories"];
  status.textContent = `${count(view.rows.length, "person or agent", "people and agents")}, ${count(view.columns.length, what[0] ?? "", what[1])}, ${count(view.count, "right")}`;
  byId("nothing-found").hidden = view.rows.length > 0 && view.columns.length > 0;
  return view;
}

const grid = new Grid(rights, told(viewOf(rights, names, filter())), {
  why: (holder, column) => {
    answers.why(holder, column);
  },
  about: (holder) => {
    answers.about(holder);
  },
  place: (column) => {
    answers.place(column);
  },
});
let asked = 0;
function refresh(): void {
  cancelAnimationFrame(asked);
  asked = requestAnimationFrame(() => {
    grid.show(told(viewOf(rights, names, filter())));
  });
}
for (const control of Object.values(controls)) control.addEventListener("input", refresh);
byId("clear").addEventListener("click", () => {
  for (const [name, value] of Object.entries(noFilter)) controls[name as keyof typeof noFilter].value = value;
  controls.people.focus();
  refresh();
});

const legend = byId("legend");
for (const [level, name] of levels.entries()) {
  if (level === 0) continue;
  legend.append(
    el("li", {}, el("span", { class: `mark ${name}`, "aria-hidden": true }, letterOf(level)), words[name]),
  );
}
legend.append(
  el(
    "li",
    {},
    el("span", { class: "mark write implied", "aria-hidden": true }, "w"),
    "dashed: follows from a grant, was not granted",
  ),
);

performance.mark("searchable");
document.documentElement.dataset.ready = "matrix";

byId("charts-list").append(...data.charts.map(chartFigure));
const unrollEvents = drawTimeline(data);
const parts = data.tables.map(tableSection);
byId("parts").append(...parts.map(({ section }) => section));
const contents = byId("contents");
for (const { name, title, missing } of data.tables)
  contents.append(
    el("li", {}, el("a", { href: `#${name}` }, title, missing === undefined ? undefined : " (not complete)")),
  );

byId("print").addEventListener("click", () => {
  print();
});
addEventListener("beforeprint", () => {
  for (const { unroll } of parts) unroll();
  unrollEvents();
  document.documentElement.dataset.unrolled = grid.unroll() ? "yes" : "no";
});
addEventListener("afterprint", () => {
  delete document.documentElement.dataset.unrolled;
  grid.draw(true);
});
document.documentElement.dataset.ready = "all";
