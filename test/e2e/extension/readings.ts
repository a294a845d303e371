/**
 * What Atlassian's documents leave open of a step's token, one reading at a time and all of them at once: a real step
 * signs in under each, and the whole table of attacks holds.
 */
import { oneAtATime } from "@bitbucket-keycloak/bitbucket-emulator/testing/readings";
import type { Readings } from "@bitbucket-keycloak/bitbucket-emulator";
import { attacks } from "./attacks";
import { PipelinesRealm } from "./realm";
import { bound, config, expectRefused, type Current } from "./scene";
import { callScript, oidc } from "./script";
import { claimsOf } from "./workspace";

const single = oneAtATime("audience", "audienceForm", "branch", "account", "claims");
const together: Partial<Readings> = Object.assign({}, ...single) as Partial<Readings>;

/** @param exhaustive whether the table is tried under every reading, instead of one of them and all at once */
export function readingsTests(current: Current, exhaustive: boolean, seed: number): void {
  let both: PipelinesRealm;
  beforeAll(async () => {
    const { server, workspace } = current();
    both = await PipelinesRealm.make(
      server,
      "readings",
      config(workspace, { boundTo: "environment and branch" }),
    );
    await both.client("pipeline.alpha.prod", `${bound(workspace)}:branch:main`);
  });
  afterAll(() => current().workspace.play({}));

  const named = (readings: Partial<Readings>) => [JSON.stringify(readings), readings] as const;
  test.each([...single, together].map(named))("%s: a step signs in", async (_name, readings) => {
    const { workspace, realm } = current();
    await workspace.play(readings);
    const { last } = await callScript(workspace, realm.issuer, `deployment: prod, ${oidc(realm.issuer)}`);
    expect(claimsOf(`.${last}`)).toMatchObject({ iss: realm.issuer, azp: "pipeline.alpha.prod" });
    const [event] = await realm.events();
    expect(event).toMatchObject({ type: "CLIENT_LOGIN", details: { bitbucket_verified: "true" } });
    const { branchName, accountUuid } = workspace.claims(realm.issuer);
    const { bitbucket_branch, bitbucket_account } = event?.details ?? {};
    expect([bitbucket_branch, bitbucket_account]).toEqual([branchName, accountUuid]);
  });

  test.each([...single, together].map(named))(
    "%s: bound to a branch too, it signs in if its token names the branch, and hears why if not",
    async (_name, readings) => {
      const { workspace } = current();
      await workspace.play(readings);
      await both.events();
      const options = `deployment: prod, ${oidc(both.issuer)}`;
      const { result, last, lines } = await callScript(workspace, both.issuer, options);
      const [event] = await both.events();
      if (readings.branch === "absent") {
        expect([result, event?.details?.bitbucket_refusal]).toEqual(["FAILED", "branch_missing"]);
        expect(lines.join("\n")).toMatch(/"prod"; the step's token names no branch, .* restricted to admin/);
      } else expect(claimsOf(`.${last}`)).toMatchObject({ iss: both.issuer, azp: "pipeline.alpha.prod" });
    },
  );

  const sample = [single[(seed - 1) % single.length] ?? {}, together];
  describe.each((exhaustive ? [...single, together] : sample).map(named))(
    "%s: is refused",
    (_name, readings) => {
      beforeAll(() => current().workspace.play(readings));

      test.each(attacks)("$name", async ({ refusal, forgery }) => {
        const { workspace, realm } = current();
        const token = await workspace.forge(realm.issuer, await forgery(workspace, realm.issuer));
        await expectRefused(realm, await realm.signIn(token), refusal);
      });

      test("but not what they all differ from", async () => {
        const { workspace, realm } = current();
        expect((await realm.signIn(await workspace.forge(realm.issuer))).status).toBe(200);
      });
    },
  );
}
