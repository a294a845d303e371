/**
 * Companies by chance, each with twenty changes by chance of names, places and addresses, and off-boardings, deployed one by
 * one: after each, everybody can do in both systems just what the file says of them, nobody who was off-boarded can do
 * anything, whatever stays is the same one, and what a preview calls gained and lost is what was. What is expected, the test
 * works out by itself. A sample by default; BITBUCKET_KEYCLOAK_EXHAUSTIVE=1 takes a hundred times as many.
 * `e2e/lives.test.ts` has the same on the real engine and Keycloak.
 */
import fc from "fast-check";
import { differenceOf, knownAt, readAccess, type Model } from "../access";
import { settingsFor } from "../access/testing/company";
import { accessOf, type Life } from "./testing/lives/company";
import { inBitbucket, inKeycloak, numbersOf, rightsIn } from "./testing/lives/rights";
import { sequence } from "./testing/lives/steps";
import { Systems } from "./testing/lives/systems";

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
const numRuns = exhaustive ? 4_000 : 40;
const asOf = new Date("2026-12-01T12:00:00Z");

jest.setTimeout(exhaustive ? 14_400_000 : 120_000);

/** Undefined where the file has problems: it makes no sense by itself. */
function modelOf(life: Life): Model | undefined {
  const read = readAccess(JSON.stringify(accessOf(life)), "access.yaml", settingsFor(life.environment.name));
  return read.ok ? read.model : undefined;
}

/** What the product calls gained and lost, by numbers. */
function told(
  before: Life,
  after: Life,
  models: readonly [Model, Model],
): { gained: string[]; lost: string[]; whole: number } {
  const [was, is] = models.map((model, index) => {
    const settings = settingsFor([before, after][index]?.environment.name ?? "");
    return knownAt({ model, settings, exceptions: [], asOf }, () => undefined);
  });
  const { gained, lost, lostShare } = differenceOf(was, is!);
  const people = { ...numbersOf(before).people, ...numbersOf(after).people };
  const places = { ...numbersOf(before).repositories, ...numbersOf(after).repositories };
  const lines = (changes: typeof gained) =>
    [
      ...new Set(
        changes.flatMap(({ people: names, capability, target }) =>
          names.map((name) => {
            const place = places[target.split("/")[1] ?? ""];
            return `${people[name]} ${capability.replace(/:.*/, "")} ${place}`;
          }),
        ),
      ),
    ].sort();
  return { gained: lines(gained), lost: lines(lost), whole: gained.length + lost.length + lostShare };
}

/** What gives and takes nothing, from nobody and no team. */
const names = [
  "a team is renamed",
  "another user name",
  "another address",
  "another spelling",
  "two swap addresses",
  "a repository is renamed",
  "another key of a project",
  "the environment is renamed",
];

function changed(life: Life, next: Life): { gained: string[]; lost: string[] } {
  const [before, after] = [rightsIn(life), rightsIn(next)];
  return {
    gained: [...after].filter((one) => !before.has(one)).sort(),
    lost: [...before].filter((one) => !after.has(one)).sort(),
  };
}

const byNumber = (systems: Systems, life: Life, of: (id: number, name: string | undefined) => string[]) =>
  Object.fromEntries(
    Object.keys(life.addresses).map((id) => {
      const name = life.people.find((one) => one.id === Number(id))?.name;
      return [id, of(Number(id), name)];
    }),
  );

/** Ids of what the numbers stand for. */
function idsOf({ users, groups }: Systems, life: Life): Map<string, string | undefined> {
  const { people, teams } = numbersOf(life);
  return new Map([
    ...Object.entries(people).map(([name, number]) => [`person ${number}`, users.get(name)?.id] as const),
    ...Object.entries(teams).map(([name, number]) => [`team ${number}`, groups.get(name)?.id] as const),
  ]);
}

test("rights are the model's after each change, nobody comes back, and what stays is the same", async () => {
  const counted = { sequences: 0, changes: 0, noSense: 0, rights: 0, gone: 0 };
  const kinds = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(sequence(20), async ({ start, steps }) => {
      const systems = new Systems();
      let life = start;
      let model = modelOf(life);
      fc.pre(model !== undefined);
      await systems.deploy(model, asOf, life);
      let ids = idsOf(systems, life);
      counted.sequences++;
      for (const step of steps) {
        const made = step.of(life);
        const next = made && modelOf(made.life);
        if (made === undefined || next === undefined) {
          counted.noSense++;
          continue;
        }
        const { whole, ...difference } = told(life, made.life, [model, next]);
        expect([step.name, difference]).toEqual([step.name, changed(life, made.life)]);
        if (names.includes(step.name)) expect([step.name, whole]).toEqual([step.name, 0]);

        for (const act of made.acts) systems.act(act);
        ({ life } = made);
        model = next;
        await systems.deploy(model, asOf, life);
        const bitbucket = byNumber(systems, life, (id) => systems.inBitbucket(id));
        const keycloak = byNumber(systems, life, (_, name) =>
          name === undefined ? [] : systems.inKeycloak(name),
        );
        expect([step.name, bitbucket]).toEqual([step.name, inBitbucket(life)]);
        expect([step.name, keycloak]).toEqual([step.name, inKeycloak(life)]);
        for (const id of life.gone)
          expect([step.name, id, bitbucket[id], keycloak[id]]).toEqual([step.name, id, [], []]);

        const now = idsOf(systems, life);
        const stayed = [...now].filter(([key]) => ids.has(key));
        expect([step.name, stayed]).toEqual([step.name, stayed.map(([key]) => [key, ids.get(key)])]);
        expect(new Set(now.values()).size).toBe(now.size);
        ids = now;
        counted.changes++;
        counted.gone = Math.max(counted.gone, life.gone.length);
        counted.rights += Object.values(bitbucket).flat().length + Object.values(keycloak).flat().length;
        kinds.set(step.name, (kinds.get(step.name) ?? 0) + 1);
      }
    }),
    // To shrink twenty changes takes longer than to read their names.
    {
      numRuns,
      endOnFailure: true,
      seed: Number((process.env.BITBUCKET_KEYCLOAK_SEEDS ?? "1").split(" ")[0]),
    },
  );
  if (exhaustive)
    process.stderr.write(`${JSON.stringify({ ...counted, kinds: Object.fromEntries(kinds) })}\n`);
  // So that it cannot become true by changing nothing.
  expect(counted.changes).toBeGreaterThan(numRuns * 12);
  expect(Math.min(...[...kinds.values()])).toBeGreaterThan(numRuns / 10);
});
