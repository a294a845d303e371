/** Answers that are tables: what somebody can do, and who can do something. */
import { grouped } from "../../access/tree";
import { askerLabel, type Answer, type Holder } from "../../access/why";
import { sinceBrief } from "./since";
import { targetsText, type Told } from "./told";

/** So many people are named in a line. */
const mostPeople = 8;

export function capabilitiesText({ question, can, cells }: Answer, { model }: Told): string {
  const { subject, target } = question;
  const who = subject === undefined ? "" : askerLabel(subject);
  if (!can) return `no: ${who} can do nothing on ${target}`;
  const rows = [...grouped(cells, ({ capability }) => capability)].flatMap(([capability, all]) => {
    const alike = grouped(all, ({ reasons: [first] }) =>
      JSON.stringify([first?.path.slice(1), first?.until]),
    );
    return [...alike.values()].map((some) => {
      const [reason] = some[0]?.reasons ?? [];
      const until = reason?.until === undefined ? "" : `, until ${reason.until}`;
      return [
        capability,
        ...(alike.size > 1 || target.includes("/") ? [] : [targetsText(some, model)]),
        reason?.kind ?? "no",
        reason === undefined ? "" : `${reason.path.join(" → ")}${until}`,
      ];
    });
  });
  return [`yes: ${who} can do this on ${target}`, ...table(rows)].join("\n");
}

export function holdersText({ question, can, holders }: Answer, { model, origins }: Told): string {
  const { capability, target } = question;
  const what = capability ?? "do anything";
  if (!can) return `no: nobody can ${what} on ${target}`;
  const isWhole = new Set(holders.map((one) => one.target)).size === 1;
  const same = (one: Holder) =>
    JSON.stringify([one.subject, one.capability, one.kind, one.path.at(-1), one.until, one.links[0]?.line]);
  const rows = [...grouped(holders, same).values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    const { subject, kind, path, links, until } = first;
    const [grant] = links;
    const details = [
      ...(grant?.line === undefined ? [] : [`${grant.file}:${grant.line}`]),
      sinceBrief(first, origins),
      ...(until === undefined ? [] : [`until ${until}`]),
    ];
    return [
      [
        ...(capability === undefined ? [first.capability] : []),
        ...(isWhole ? [] : [targetsText(some, model)]),
        askerLabel(subject),
        kind === "implied" ? `implied: ${path.at(-1) ?? ""}` : kind,
        details.filter((one) => one !== "").join(", "),
        peopleText(first),
      ],
    ];
  });
  const head =
    capability === undefined
      ? `yes: who can do what on ${target}`
      : `yes: these can ${capability} on ${target}`;
  return [head, ...table(rows)].join("\n");
}

function peopleText({ people, unknown }: Holder): string {
  const more = people.length - mostPeople;
  const named = more > 0 ? [...people.slice(0, mostPeople), `${more} more`] : people;
  const kept = unknown.length === 0 ? [] : [`whoever Keycloak has in ${unknown.join(", ")}`];
  return [...named, ...kept].join(", ");
}

/** Columns as wide as they have to be. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
  );
}
