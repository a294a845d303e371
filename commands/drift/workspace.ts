/** The workspace, as much of it as a budget allows: the parts that nobody has looked at for longest come first. */
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { Reader } from "../../clients/look/reader";
import { partsOf } from "./bitbucket";
import type { Check } from "./check";
import { coverageOf, lookOf, within, type Look, type Looked } from "./coverage";
import type { Finding, Coverage } from "../../evidence/reports/drift";

/** What a look around found. */
export interface LookedAround {
  /** What there is besides what is declared, or is not there: projects and repositories. */
  readonly inLists: readonly Finding[];
  /** In the parts that this run looked at. */
  readonly inParts: readonly Finding[];
  /** The last look at each part that there is. */
  readonly looked: Looked;
  readonly coverage: Coverage;
  /** To Bitbucket. */
  readonly requests: number;
}

/**
 * @param before the last look at each part, by earlier runs
 * @param budget requests that it may take, about
 */
export async function lookAround(
  check: Check,
  before: Looked,
  budget: number,
  note: (state: string) => void,
): Promise<LookedAround> {
  const { url, workspace } = check.settings.bitbucket;
  const session = Bitbucket.session(url, check.engine.env);
  const read = new Reader(session, workspace);
  const { parts, findings: inLists } = await partsOf({ read, ...check });
  const taken = within(parts, before, budget - read.requests);
  const now = new Map<string, Look>();
  for (const [index, part] of taken.entries()) {
    now.set(part.name, lookOf(await part.look()));
    note(`${index + 1} of ${taken.length} parts`);
  }
  const looks = parts.flatMap(({ name }) => {
    const look = now.get(name) ?? before[name];
    return look === undefined ? [] : [[name, look] as const];
  });
  return {
    inLists,
    inParts: [...now.values()].flatMap(({ findings }) => findings),
    looked: Object.fromEntries(looks),
    coverage: coverageOf(
      parts.length,
      now.size,
      looks.map(([, { at }]) => at),
    ),
    requests: read.requests,
  };
}
