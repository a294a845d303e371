/** The other parts of the evidence: each a table that can be searched and unrolled. */
import type { Table } from "../data";
import { matcher } from "../filter";
import { count, el, moment } from "./dom";

const atFirst = 12;
/** On paper, and when all are asked for at once. */
const atMost = 2_000;

/**
 * A table of which 12 rows are shown at first, and 2,000 on demand. `unroll` does what the button does, for printing.
 */
export function tableSection(table: Table): { section: HTMLElement; unroll: () => void } {
  const { name, title, says, source, notes, missing, columns, total, rows } = table;
  const body = el("tbody");
  const status = el("p", { class: "status", role: "status" });
  const more = el("button", { type: "button", class: "more" });
  let shown = atFirst;
  let matching = rows;

  const draw = (): void => {
    const visible = matching.slice(0, shown);
    body.replaceChildren(
      ...visible.map((row) => el("tr", {}, ...row.map((cell, at) => cellOf(columns[at] ?? "", cell)))),
    );
    more.hidden = visible.length >= matching.length;
    more.textContent = `Show ${matching.length > atMost ? `${atMost.toLocaleString("en")} of` : "all"} ${matching.length.toLocaleString("en")}`;
    status.textContent =
      matching.length === rows.length
        ? ""
        : `${count(matching.length, "row")} of ${rows.length.toLocaleString("en")}`;
  };
  more.addEventListener("click", () => {
    shown = atMost;
    draw();
  });

  const head = el(
    "header",
    {},
    el("h2", { id: `${name}-title` }, title, el("span", { class: "count" }, total.toLocaleString("en"))),
    el("p", { class: "says" }, says),
  );
  const section = el("section", { id: name, class: "part", "aria-labelledby": `${name}-title` }, head);
  if (missing !== undefined)
    section.append(el("p", { class: "missing" }, el("strong", {}, "Not complete: "), missing));
  if (rows.length > atFirst) {
    const search = el("input", {
      type: "search",
      placeholder: `Search ${title.toLowerCase()}`,
      "aria-label": `Search ${title.toLowerCase()}`,
    });
    const texts = rows.map((row) => row.map((cell) => (cell === null ? "" : String(cell))).join(" "));
    search.addEventListener("input", () => {
      const matches = matcher(search.value);
      matching = rows.filter((_, at) => matches(texts[at] ?? ""));
      draw();
    });
    section.append(el("div", { class: "tools" }, search, status));
  }
  if (rows.length === 0)
    section.append(el("p", { class: "empty" }, missing === undefined ? "Nothing." : "Nothing is known."));
  else {
    const heads = el("tr", {}, ...columns.map((column) => el("th", { scope: "col" }, column)));
    const scroller = el(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": title },
      el("table", {}, el("thead", {}, heads), body),
    );
    section.append(scroller, more);
  }
  if (total > rows.length)
    section.append(
      el(
        "p",
        { class: "note" },
        `This page has the first ${rows.length.toLocaleString("en")}; all are in ${name}.csv.`,
      ),
    );
  for (const note of notes) section.append(el("p", { class: "note" }, note));
  section.append(el("p", { class: "note" }, `Source: ${source}. Files: ${name}.csv, ${name}.json.`));
  draw();
  return {
    section,
    unroll: () => {
      shown = atMost;
      draw();
    },
  };
}

const tones: Readonly<Record<string, string>> = {
  kept: "good",
  holds: "good",
  succeeded: "good",
  "in time": "good",
  active: "good",
  enabled: "good",
  broken: "bad",
  "does not hold": "bad",
  "too old": "bad",
  failed: "bad",
  disabled: "warn",
  absent: "warn",
  ended: "warn",
  "let through": "warn",
  joined: "good",
  left: "warn",
};

function cellOf(column: string, cell: Table["rows"][number][number]): HTMLElement {
  if (cell === null || cell === "") return el("td");
  if (typeof cell === "number") return el("td", { class: "number" }, cell.toLocaleString("en"));
  if (typeof cell === "boolean") return el("td", {}, cell ? "yes" : "no");
  if (/ at$|^at$|^when$/.test(column) && /^\d{4}-\d\d-\d\dT/.test(cell))
    return el("td", { class: "moment" }, el("time", { datetime: cell }, moment(cell)));
  const tone = tones[cell];
  if (tone !== undefined) return el("td", {}, el("span", { class: `badge ${tone}` }, cell));
  if (cell.includes(" → ")) return el("td", { class: "ways" }, cell);
  return el("td", { class: cell.length > 60 ? "long" : undefined }, cell);
}
