/**
 * What `test/lives.test.ts` shows of the core, on the real engine and Keycloak and an emulated workspace: a company by chance,
 * whose names, places and addresses change and whose people go, deployed one by one. BITBUCKET_KEYCLOAK_EXHAUSTIVE=1 takes
 * sequences of twenty changes, one for each of BITBUCKET_KEYCLOAK_SEEDS.
 */
import fc from "fast-check";
import { readAccess } from "../../access";
import { settingsFor } from "../../access/testing/company";
import type { Life } from "../testing/lives/company";
import { inBitbucket, inKeycloak } from "../testing/lives/rights";
import { sequence } from "../testing/lives/steps";
import { Deployed, textOf } from "./world/lives";

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
/** In the sixth somebody goes who was granted something alone and stays in the file, and names and addresses change. */
const seeds = (exhaustive ? (process.env.BITBUCKET_KEYCLOAK_SEEDS ?? "1 2 3") : "6").split(" ").map(Number);
const length = exhaustive ? 20 : 5;
jest.setTimeout(exhaustive ? 7_200_000 : 600_000);

const makesSense = (life: Life) =>
  readAccess(textOf(life), "access.yaml", settingsFor(life.environment.name)).ok;
test.each(seeds)("sequence %d", async (seed) => {
  const [found] = fc.sample(
    sequence(exhaustive ? 60 : 15).filter(({ start }) => makesSense(start)),
    { numRuns: 1, seed },
  );
  let { start: life } = found!;
  const deployed = await Deployed.start(life);
  const done: string[] = [];
  try {
    await deployed.deploy(life);
    await deployed.sync();
    let ids = await deployed.ids(life);
    for (const step of found!.steps) {
      const made = step.of(life);
      if (made === undefined || !makesSense(made.life) || done.length >= length) continue;
      // A short one has each change once.
      if (!exhaustive && done.includes(step.name)) continue;
      done.push(step.name);
      for (const act of made.acts) await deployed.act(act);
      ({ life } = made);
      await deployed.deploy(life);
      const meanwhile = [await deployed.inBitbucket(life), await deployed.inKeycloak(life)];
      const none = life.gone.map((id) => [id, [], []]);
      expect([done, life.gone.map((id) => [id, ...meanwhile.map((all) => all[id])])]).toEqual([done, none]);

      await deployed.sync();
      expect([done, await deployed.inBitbucket(life)]).toEqual([done, inBitbucket(life)]);
      expect([done, await deployed.inKeycloak(life)]).toEqual([done, inKeycloak(life)]);
      const now = await deployed.ids(life);
      const stayed = [...now].filter(([key]) => ids.has(key));
      expect([done, stayed]).toEqual([done, stayed.map(([key]) => [key, ids.get(key)])]);
      expect([...now].filter(([, id]) => id === undefined)).toEqual([]);
      ids = now;
      if (exhaustive) process.stderr.write(`sequence ${seed}, ${done.length}: ${step.name}\n`);
    }
    expect(done.length).toBeGreaterThan(length * 0.7);
    await deployed.world.up("--refresh", "--expect-no-changes");
  } finally {
    await deployed.world.stop();
  }
});
