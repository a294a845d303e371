/**
 * Companies that nobody tidied up, looked at as the command does it: the file that is proposed is in order, and by it everybody can
 * do what they can by Bitbucket's own answer. `BITBUCKET_KEYCLOAK_EXHAUSTIVE=1` also takes one of 400 people and 200 repositories.
 */
import { say } from "@bitbucket-keycloak/output";
import { readAccess } from "../../../access/checks/validate";
import { compareRights } from "../../../access/adopt/rights";
import { propose } from "../../../access/adopt/propose/propose";
import { renderProblems } from "../../../access";
import { settingsFor } from "../../../access/testing/company";
import { lookAt } from "../../../clients/look/found";
import { Records } from "../../../clients/look/records";
import { startBoth } from "../../../test/grown/both";
import { randomSize, sizes, type GrownSize } from "../../../test/grown/size";
import { grownWorld } from "../../../test/grown/world";

jest.setTimeout(600_000);

const own = settingsFor("prod");
const settings = { ...own, keycloak: { ...own.keycloak, people: "external" as const } };
const isExhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
const companies: [what: string, size: GrownSize, seed: number][] = [
  ["a small one", sizes.small, 1],
  ...(isExhaustive ? [2, 3, 4, 5, 6, 7, 8] : [2, 3]).map((seed): [string, GrownSize, number] => [
    `one by chance, ${seed}`,
    randomSize(seed),
    seed,
  ]),
  ...(isExhaustive ? [["a large one", sizes.large, 1] satisfies [string, GrownSize, number]] : []),
];

test.each(companies)("%s: nobody gains, and nobody loses", async (what, size, seed) => {
  const both = await startBoth(grownWorld(size, seed));
  try {
    const { found } = await lookAt(Records.open(both.folder(), both.subject), {
      ...both.env,
      BITBUCKET_REQUEST_JOURNAL: both.folder(),
    });
    const { text, report } = propose(found, { environment: "prod", plan: "premium" });
    const asOf = new Date(found.at);
    const read = readAccess(text, "access.yaml", settings, undefined, asOf);
    if (!read.ok) throw new Error(`${renderProblems(read.problems)}\n${text}`);
    const { differences, compared, people, unread } = compareRights(read.model, found, asOf);
    expect(differences).toEqual([]);
    expect(unread).toEqual([]);
    expect(compared).toBeGreaterThan(0);
    const { entries, lines, permissions, restrictions } = report.measure;
    const kinds = new Map<string, number>();
    for (const { kind } of report.findings) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    say(
      `${what}: ${compared} rights of ${people} people are the same; ${entries} entries, ${lines} lines; ${JSON.stringify({ permissions, restrictions, kinds: Object.fromEntries(kinds) })}`,
    );
  } finally {
    await both.close();
  }
});
