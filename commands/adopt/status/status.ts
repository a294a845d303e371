/** How far an adoption has come, by the files, the state and the last look. Pure. */
import type { Found } from "../../../access/adopt/found";
import type { Report } from "../../../access/adopt/propose/report";
import { foundAtAdoption } from "../../../access/adopt/propose/words";
import { targetOf, Tree, type Model, type Target } from "../../../access";
import { countsBy } from "../counts";
import { withoutTaken, type StoredResource } from "../take/adopted";

export interface Status {
  readonly projects: {
    /** Keys of those whose permissions and branches are declared, and in the stack's state. */
    readonly owned: readonly string[];
    /** Declared, with something that is observed: of its own, or of a repository. */
    readonly observed: readonly string[];
    /** Declared, and not in the stack's state yet. */
    readonly declared: readonly string[];
    /** In the workspace, and not in the file. */
    readonly undeclared: readonly string[];
  };
  /** Declared ones: `owned` with permissions and branches. */
  readonly repositories: { readonly owned: number; readonly observed: number };
  readonly teams: { readonly owned: number; readonly observed: number };
  /** Members of the workspace: those whom the file names or the realm has, of all. */
  readonly people: { readonly covered: number; readonly all: number };
  /** What is taken and not deployed since. */
  readonly waiting: number;
  readonly open: {
    /** Rights that people were given directly, and that end. */
    readonly decisions: number;
    /** By kind. */
    readonly findings: Readonly<Record<string, number>>;
  };
}

export function statusOf(
  found: Found,
  report: Pick<Report, "findings" | "strangers">,
  model: Model | undefined,
  resources: readonly StoredResource[],
): Status {
  const declared = model?.projects ?? [];
  const stored = new Set(
    resources
      .filter(({ type }) => type === "bitbucket:index:ProjectIdentity")
      .map(({ inputs }) => String(inputs?.project)),
  );
  const keys = (some: typeof declared) => some.map(({ key }) => key).sort();
  const tree = model && new Tree(model);
  const someObserved = (places: readonly Target[]) =>
    places.filter((place) => tree && tree.observedAt(place).length > 0);
  const isObserved = ({ key }: (typeof declared)[number]) =>
    someObserved([key, ...(tree?.repositoriesOf(key) ?? []).map(targetOf)]).length > 0;
  const repositories = [...(tree?.repositories.keys() ?? [])];
  const observed = someObserved(repositories).length;
  const teams = model?.teams ?? [];
  const members = found.workspace.accounts.filter(({ membership }) => membership !== undefined);
  const strange = new Set(report.strangers.map(({ account }) => account));
  const accounts = new Set(
    [...(model?.people ?? []), ...(model?.agents ?? [])].map(({ account }) => account),
  );
  return {
    projects: {
      owned: keys(declared.filter((one) => stored.has(one.key) && !isObserved(one))),
      observed: keys(declared.filter(isObserved)),
      declared: keys(declared.filter((one) => !stored.has(one.key) && !isObserved(one))),
      undeclared: found.workspace.projects.map(({ key }) => key).filter((key) => !declared.some((one) => one.key === key)).sort(), // prettier-ignore
    },
    repositories: {
      owned: repositories.length - observed,
      observed,
    },
    teams: {
      owned: teams.filter(({ observed = [] }) => observed.length === 0).length,
      observed: teams.filter(({ observed = [] }) => observed.length > 0).length,
    },
    people: {
      covered: members.filter(({ uuid }) => !strange.has(uuid) || accounts.has(uuid)).length,
      all: members.length,
    },
    waiting: withoutTaken(resources).gone.length,
    open: {
      decisions: (model?.grants ?? []).filter(({ reason, until }) => reason === foundAtAdoption && until !== undefined).length, // prettier-ignore
      findings: countsBy(
        report.findings.filter(({ becomes }) => becomes !== "left alone"),
        ({ kind }) => kind,
      ),
    },
  };
}
