/** The company that inputs are put into: as small as it can be, so that each problem is the input's. */
import { rowsOf, type Kind, type Section } from "./kind";

/** Input `n` of its kind. */
export interface Entry {
  readonly kind: Kind;
  readonly input: string;
  readonly n: number;
}

const always: Readonly<Record<Exclude<Section, "repositories">, readonly string[]>> = {
  environments: ["dev: { type: test }"],
  people: [
    'ana: &base { name: Ana Alvarez, email: ana@inputs.example, account: "{00000000-0000-4000-8000-00000000000a}" }',
    "ben: { name: Ben Okafor, email: ben@inputs.example }",
  ],
  teams: ["base: { owner: ben }"],
  agents: ['one: { owner: ben, account: "{00000000-0000-4000-8000-00000000000b}" }'],
  grants: [],
  projects: [
    "ONE:",
    "  owner: base",
    "  repositories:",
    "    api: { protected: { main: { approvals: 1 } } }",
  ],
};

/**
 * `access.yaml` with these entries behind what is always there: the first entry of a section has the same line each time.
 *
 * @param used whether what is granted on them and to them is added as well
 */
export function companyOf(entries: readonly Entry[], used = false): string {
  const of = (section: Section, { kind, input, n }: Entry) =>
    [kind, ...(used && kind.used ? [kind.used] : [])].map(({ adds }) =>
      (adds?.[section] ?? []).map((line) => filled(line, input, n)),
    );
  const linesOf = (section: Section) => entries.flatMap((entry) => of(section, entry).flat());
  const grants = entries.flatMap((entry) => of("grants", entry));
  const own: Readonly<Record<keyof typeof always, readonly string[]>> = {
    environments: linesOf("environments"),
    people: linesOf("people"),
    teams: linesOf("teams"),
    agents: linesOf("agents"),
    grants: grants.flatMap((lines) => lines.map((line, index) => `${index === 0 ? "-" : " "} ${line}`)),
    projects: [...linesOf("repositories").map((line) => `    ${line}`), ...linesOf("projects")],
  };
  const named = entries.find(({ kind }) => kind.company !== undefined);
  return [
    `company: ${named ? filled(named.kind.company ?? "", named.input, named.n) : "Inputs"}`,
    "owners: [&first ana, ben]",
    ...Object.entries(always).flatMap(([section, lines]) => {
      const all = [...lines, ...own[section as keyof typeof always]];
      return [`${section}:${all.length === 0 ? " []" : ""}`, ...all.map((line) => `  ${line}`)];
    }),
    "",
  ].join("\n");
}

/** The settings of a stack that the inputs are meant for. */
export function settingsOf(entries: readonly Entry[], used = false): Record<string, string> {
  const given = entries.flatMap(({ kind, input, n }) =>
    Object.entries({ ...kind.settings, ...(used && kind.used?.settings) }).map(
      ([name, value]) => [name, filled(value, input, n)] as const,
    ),
  );
  return Object.fromEntries(given);
}

/** With the input at `$`, and its number at `#`. */
function filled(template: string, input: string, n: number): string {
  return template
    .replace("###", () => String(n).padStart(3, "0"))
    .replaceAll("#", () => String(n))
    .replaceAll("$", () => input);
}

/**
 * All accepted inputs of these kinds, in as few companies as there can be: the first has all that can be more than one,
 * the rows of what a stack has one of are spread.
 */
export function companiesOf(kinds: Iterable<Kind>): Entry[][] {
  const all = [...kinds]
    .flatMap((kind) => rowsOf(kind.accepted).map(({ input }) => ({ kind, input })))
    .map((entry, n) => ({ ...entry, n }));
  const first = all.filter(({ kind }) => !kind.single);
  const companies: Entry[][] = [first];
  const keysOf = (entries: readonly Entry[]) => [
    ...Object.keys(settingsOf(entries, true)),
    ...entries.flatMap(({ kind }) => (kind.company === undefined ? [] : ["company"])),
    // The first deploys to dev, and Keycloak has none of its people yet.
    ...(entries === first ? ["environment", "keycloak.people"] : []),
  ];
  for (const entry of all.filter(({ kind }) => kind.single)) {
    const own = new Set(keysOf([entry]));
    const free = companies.find((company) => !keysOf(company).some((key) => own.has(key)));
    if (free) free.push(entry);
    else companies.push([entry]);
  }
  return companies;
}
