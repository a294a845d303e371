/** There and back: what was found of a grown company, proposed as a file, gives everybody just what they have. */
import { lookAt } from "../../clients/look/found";
import { Records } from "../../clients/look/records";
import { startBoth } from "../../test/grown/both";
import { randomSize, sizes, type GrownSize } from "../../test/grown/size";
import { grownWorld } from "../../test/grown/world";
import { readAccess } from "../checks/validate";
import { renderProblems } from "../problem";
import { settingsFor } from "../testing/company";
import type { Found } from "./found";
import { propose } from "./propose/propose";
import { compareRights, type RightsCompared } from "./rights";

const isExhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
const seeds = (process.env.BITBUCKET_KEYCLOAK_SEEDS ?? "5").split(" ").map(Number);
const worlds: readonly (readonly [string, GrownSize, number])[] = [
  ["small", sizes.small, 1],
  ...seeds.map((seed) => [`by chance, ${seed}`, randomSize(seed), seed] as const),
  ...(isExhaustive ? [["large", sizes.large, 1] as const] : []),
];
const settings = settingsFor("prod");
const external = { ...settings, keycloak: { ...settings.keycloak, people: "external" as const } };

/** What everybody could do by what is proposed, against what they can do. */
function compared(found: Found): RightsCompared {
  const asOf = new Date(found.at);
  const { text } = propose(found, { environment: "prod", plan: "premium" });
  const read = readAccess(text, "access.yaml", external, undefined, asOf);
  if (!read.ok) throw new Error(`${renderProblems(read.problems)}\n${text}`);
  return compareRights(read.model, found, asOf);
}

test.each(worlds)(
  "what is proposed gives nobody more and nobody less: %s",
  async (_, size, seed) => {
    const both = await startBoth(grownWorld(size, seed));
    try {
      const { found } = await lookAt(Records.open(both.folder(), both.subject), both.env);
      const { differences, compared: rights, people, unread } = compared(found);
      expect({ differences, unread }).toEqual({ differences: [], unread: [] });
      expect(rights).toBeGreaterThan(size.repositories);
      if (isExhaustive) console.log({ size, rights, people });
    } finally {
      await both.close();
    }
  },
  600_000,
);
