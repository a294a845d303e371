/**
 * What the model says that people can do, held against Bitbucket's own rules: whatever the company, it is compiled, put
 * into a workspace as its seed, and each person is asked about each act on each repository. What they can do has to
 * be their entitlements, no more and no less.
 */
import fc from "fast-check";
import { asOf } from "../access/testing/anyCompany";
import { settingsFor } from "../access/testing/company";
import { compile, targetOf, type Entitlement, entitlementsOf } from "../access";
import { pushRefusal } from "@bitbucket-keycloak/bitbucket-emulator/rules";
import { actorsOf, allowed, company, workspaceOf } from "./testing/rights";

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
const numRuns = exhaustive ? 5_000 : 300;

function entitled(
  entitlements: readonly Entitlement[],
  subjects: ReadonlySet<string>,
  target: string,
): Set<string> {
  return new Set(
    entitlements
      .filter((one) => one.target === target && subjects.has(`${one.subject.kind} ${one.subject.name}`))
      .map(({ capability }) => capability),
  );
}

test("what people can do is what they are entitled to, no more and no less", () => {
  const counted = { models: 0, people: 0, rights: 0, held: 0 };
  fc.assert(
    fc.property(company, (model) => {
      const desired = compile(model, settingsFor("dev"), asOf);
      const state = workspaceOf(model, desired);
      const entitlements = entitlementsOf(model, asOf);
      counted.models++;
      for (const { id, account: actor, subjects } of actorsOf(model)) {
        counted.people++;
        for (const declared of model.repositories) {
          const repository = state.repositories.find(({ slug }) => slug === declared.slug)!;
          const can = allowed(state, repository, actor);
          const expected = entitled(entitlements, subjects, targetOf(declared));
          expect([id, declared.slug, [...can].sort()]).toStrictEqual([
            id,
            declared.slug,
            [...expected].sort(),
          ]);
          counted.rights += 4 + declared.deploys.length;
          counted.held += can.size;

          // Nobody pushes to a protected branch; whoever may write pushes to the others.
          const pushes = (branch: string) => pushRefusal(state, repository, actor, branch) === undefined;
          expect(pushes("main")).toBe(declared.branches.length === 0 && can.has("trigger"));
          expect(pushes("feature")).toBe(can.has("trigger"));
        }
      }
    }),
    { numRuns },
  );
  // So that it cannot become true by asking nothing.
  expect(counted).toMatchObject({ models: numRuns, people: numRuns * 5 });
  expect(counted.held).toBeGreaterThan(numRuns * 10);
  expect(counted.rights - counted.held).toBeGreaterThan(numRuns * 10);
  if (exhaustive) console.log(counted);
});
