/** Keys that rotation, and keys that are out of reach. */
import { alias, PipelinesRealm, provider } from "./realm";
import { bound, config, expectRefused, type Current } from "./scene";
import { Workspace } from "./workspace";

export function keysTests(current: Current): void {
  let other: Workspace;
  let keys: PipelinesRealm;
  beforeEach(async () => {
    other = await Workspace.start();
    keys = await PipelinesRealm.make(
      current().server,
      `keys-${other.issuer.replaceAll(/\D/g, "").slice(0, 12)}`,
      config(other),
    );
    await keys.client("alpha", bound(other));
  });
  afterEach(() => other.stop());

  test("are rotated: the new key counts at once, a withdrawn one not after the provider was saved", async () => {
    const before = await other.forge(keys.issuer);
    expect((await keys.signIn(before)).status).toBe(200);
    await other.admin.post("/emulator/keys", { keep: true });
    expect((await keys.signIn(await other.forge(keys.issuer))).status).toBe(200);
    expect((await keys.signIn(before)).status).toBe(200);
    await other.admin.post("/emulator/keys", { keep: false });
    await keys.admin("PUT", `/identity-provider/instances/${alias}`, provider(config(other)));
    await keys.events();
    await expectRefused(keys, await keys.signIn(before), "key_unknown");
  });

  test("are out of reach: known ones go on, unknown ones are refused, and few requests are made", async () => {
    const known = await other.forge(keys.issuer);
    expect((await keys.signIn(known)).status).toBe(200);
    const unknown = await Promise.all(
      Array.from({ length: 40 }, (_, at) => other.forge(keys.issuer, { header: { kid: `unknown-${at}` } })),
    );
    other.lab.emulator.faults.add({ path: "*/keys.json", status: 503, times: "always" });
    const began = other.lastRequest();
    await keys.events();
    const answers = await Promise.all(unknown.map((token) => keys.signIn(token)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(40);
    const events = await keys.events();
    expect(events.map(({ details }) => details?.bitbucket_refusal)).toEqual(
      Array.from({ length: 40 }, () => "keys_unreachable"),
    );
    // Five a minute, and the first was spent on the known key.
    const asked = other.keyRequests(began);
    expect(asked).toBeGreaterThanOrEqual(1);
    expect(asked).toBeLessThanOrEqual(4);
    expect((await keys.signIn(known)).status).toBe(200);
  });

  test("were never reached: refused, with that reason", async () => {
    const token = await other.forge(keys.issuer);
    other.lab.emulator.faults.add({ path: "*/keys.json", reset: true, times: "always" });
    await keys.events();
    await expectRefused(keys, await keys.signIn(token), "keys_unreachable");
  });
}
