/** What is declared, against what was seen of the workspace; and what of it only some plans have. */
import { problemAt, renderProblem, Tree, type Model, type Places, type Settings } from "../../../access";
import { premiumEnvironments, premiumMergeRules } from "../../../access/checks/plan";
import { evaluateByPart, type Refused, type Subject } from "../../../clients/look/look";
import { whyUnread, type Seen } from "../../../clients/look/workspace";
import { is, type Asked } from "../asked";
import type { BitbucketFacts } from "../facts";

export interface Declared {
  readonly model: Model;
  readonly places: Places;
  readonly asOf: Date;
}

/** What each part was read from. */
const sources = {
  accounts: "members",
  plan: "members",
  projects: "projects",
  repositories: "repositories",
  runner: "repositories",
  environments: "repositories",
} as const satisfies Record<keyof Refused, keyof Seen>;
type PartName = keyof typeof sources;

/** A line for each refusal. A part that was not read has none, and says why. */
export function refusedIn(
  seen: Asked<Seen>,
  declared: Declared | undefined,
  settings: Settings,
  resources: Subject["resources"],
): BitbucketFacts["refused"] {
  const of = (part: PartName): Asked<readonly string[]> => {
    if (!("is" in seen)) return seen;
    if (declared === undefined) return { unknown: "access.yaml cannot be read" };
    const { places, ...rest } = declared;
    const { refused } = evaluateByPart({ ...rest, settings, resources }, seen.is);
    const lines = refused[part].map((one) => renderProblem(problemAt(one, places[one.in])));
    const isRead = seen.is[sources[part]] !== undefined || !isWanted(part, settings);
    return isRead ? is(lines) : { unknown: whyUnread(seen.is, sources[part]) };
  };
  const names = Object.keys(sources) as PartName[];
  return Object.fromEntries(names.map((part) => [part, of(part)])) as BitbucketFacts["refused"];
}

/** Members and projects matter to the governing stack alone. */
function isWanted(part: PartName, { bitbucket }: Settings): boolean {
  return bitbucket.governing || !["members", "projects"].includes(sources[part]);
}

/** What the plan Free lacks of it. */
export function premiumIn(model: Model, settings: Settings): string[] {
  const onFree = { ...settings, bitbucket: { ...settings.bitbucket, plan: "free" as const } };
  const context = { model, tree: new Tree(model), settings: onFree };
  return [premiumEnvironments, premiumMergeRules].flatMap(({ find }) =>
    find(context).map(({ found }) => found.replace(/ on the plan.*/, "")),
  );
}
