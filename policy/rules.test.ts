/** Each rule finds its bad examples bad, and no rule finds anything in a good one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAccess, type Model } from "../access";
import { settingsFor } from "../access/testing/company";
import { root } from "../toolchain/places";
import { evaluateModel, evaluateResource } from "./evaluate";
import type { Connected, Context, Example, ResourceRule, Seen } from "./rule";
import { rules } from "./rules";

const text = readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8");
const asOf = new Date("2026-11-23T12:00:00Z");
const context = { model: modelOf(text), asOf, exceptions: [] };
const resourceRules = rules.filter((rule) => rule.kind === "resource");
const urn = "urn:pulumi:prod::bitbucket-keycloak::a:b:C::name";

const broken = (seen: Seen) =>
  resourceRules
    .filter((rule) => evaluateResource(rule, seen, urn, context).length > 0)
    .map(({ name }) => name);

test("31 rules, each under a name of its own", () => {
  expect(rules).toHaveLength(31);
  expect(new Set(rules.map(({ name }) => name)).size).toBe(31);
});

describe.each(resourceRules.map((rule): [string, ResourceRule] => [rule.name, rule]))("%s", (name, rule) => {
  test.each(rule.examples.bad.map((example, index) => [index, example] as const))(
    "bad example %d",
    (_, example) => {
      expect(broken(seen(example))).toEqual([name]);
    },
  );
  test.each(rule.examples.good.map((example, index) => [index, example] as const))(
    "good example %d",
    (_, example) => {
      expect(broken(seen(example))).toEqual([]);
    },
  );
});

describe("rules on access.yaml", () => {
  const modelRules = rules.filter((rule) => rule.kind === "model");
  const found = (model: Model) =>
    modelRules
      .filter((rule) => evaluateModel(rule, { ...context, model }).length > 0)
      .map(({ name }) => name);

  test("find nothing in Acme's", () => {
    expect(found(context.model)).toEqual([]);
  });
  test.each(modelRules.map((rule) => [rule.name, rule] as const))("%s", (name, rule) => {
    for (const [good, bad] of rule.examples.bad) {
      expect(text).toContain(good);
      expect(found(modelOf(text.replace(good, bad)))).toEqual([name]);
    }
  });
});

test("separation-of-duties: who can do the same by another path could do so before", () => {
  const rule = rules.find(({ name }) => name === "separation-of-duties");
  if (rule?.kind !== "model") throw new Error("no such rule");
  const apart = "separation:\n  - { never together: [merge, deploy:prod], on: SHOP/shop-web }\ngrants:\n";
  const before = text.replace("grants:\n", apart);
  const after = before.replace("storefront-leads, can: [merge]", "storefront, can: [merge]");
  const found = evaluateModel(rule, {
    ...context,
    model: modelOf(after),
    before: { ...context, model: modelOf(before), resources: new Map() },
  });
  expect(after).not.toBe(before);
  expect(found).toEqual([
    {
      rule: "separation-of-duties",
      on: "person fatima",
      found: "person fatima, who can do all of it: merge on SHOP/shop-web; deploy:prod on SHOP/shop-web",
      level: "advisory",
      because: "it was so before, and this run does not touch it",
    },
  ]);
});

describe("rules on the whole", () => {
  const whole = (name: string) => {
    const rule = rules.find((one) => one.name === name);
    if (rule?.kind !== "stack") throw new Error(`no such rule: ${name}`);
    return (resources: readonly Connected[], more: Partial<Context> = {}) =>
      rule.check(resources, { ...context, ...more }).map(({ on }) => on);
  };
  const one = (
    type: string,
    name: string,
    inputs: Seen["inputs"] = {},
    from: Connected["from"] = {},
  ): Connected => ({
    type,
    name,
    within: [],
    inputs,
    protect: false,
    from,
  });
  const client = (from: Connected["from"], more: Seen["inputs"] = {}) =>
    one(
      "keycloak:openid/client:Client",
      "c",
      { serviceAccountsEnabled: true, accessType: "CONFIDENTIAL", ...more },
      from,
    );
  const schedule = one("rotation:index:Schedule", "s");
  const password = (from: Connected["from"]) =>
    one("random:index/randomPassword:RandomPassword", "p", {}, from);

  test("secrets-on-schedule follows a secret to its schedule", () => {
    const evaluate = whole("secrets-on-schedule");
    expect(evaluate([client({ clientSecret: [password({ keepers: [schedule] })] })])).toEqual([]);
    expect(evaluate([client({ clientSecret: [password({})] })])).toEqual(["c"]);
    expect(evaluate([client({})])).toEqual(["c"]);
    expect(evaluate([client({}, { clientAuthenticatorType: "federated-jwt" })])).toEqual([]);
    expect(evaluate([client({}, { serviceAccountsEnabled: false })])).toEqual([]);
  });

  test("fixed-user-names wants the realm's own profile to keep holders from their names", () => {
    const evaluate = whole("fixed-user-names");
    const realm = (name: string, editUsernameAllowed: boolean) =>
      one("keycloak:index/realm:Realm", name, { editUsernameAllowed });
    const keptIn = (of: Connected) => one("keycloak-identity:index:UserNames", "u", {}, { realm: [of] });
    expect(evaluate([realm("a", false)])).toEqual([]);
    expect(evaluate([realm("a", true)])).toEqual(["a"]);
    // The pack makes a resource anew whenever it is looked at.
    expect(evaluate([realm("a", true), keptIn(realm("a", true))])).toEqual([]);
    expect(evaluate([realm("a", true), realm("b", true), keptIn(realm("b", true))])).toEqual(["a"]);
    expect(evaluate([realm("a", true), one("keycloak-identity:index:UserNames", "u")])).toEqual(["a"]);
  });

  test("secret-ages tells what is late, or rotates by hand only", () => {
    const evaluate = whole("secret-ages");
    const of = (inputs: Seen["inputs"]) => evaluate([one("rotation:index:Schedule", "s", inputs)]);
    const period = 30 * 86_400;
    expect(of({ period, rotatedAt: "2026-11-01T00:00:00Z" })).toEqual([]);
    expect(of({ period, rotatedAt: "2026-10-01T00:00:00Z" })).toEqual(["s"]);
    expect(of({ rotatedAt: "2026-11-01T00:00:00Z" })).toEqual(["s"]);
  });

  test("secret-ages grants the period and the grace of the stack, to the second", () => {
    const evaluate = whole("secret-ages");
    const [settings, period] = [settingsFor("prod"), 30 * 86_400];
    const late = (seconds: number) => {
      const rotatedAt = new Date(asOf.getTime() - (period + settings.rotation.grace + seconds) * 1000);
      return evaluate([one("rotation:index:Schedule", "s", { period, rotatedAt: rotatedAt.toISOString() })], {
        settings,
      });
    };
    expect([settings.rotation.grace, late(-1), late(0), late(1)]).toEqual([259_200, [], [], ["s"]]);
  });

  test.each([
    ["unknown", []],
    ["2026-12-08", []],
    ["2026-12-07", []],
    ["2026-12-06", ["api-token"]],
    ["2026-11-23", ["api-token"]],
    ["2026-11-01", ["api-token"]],
  ])(
    "secret-ages, at noon of 23 November: an API token whose last day is %s: %j",
    (apiTokenExpires, found) => {
      const { rotation, ...rest } = settingsFor("prod");
      const settings = { ...rest, rotation: { ...rotation, apiTokenExpires } };
      expect(whole("secret-ages")([], { settings })).toEqual(found);
    },
  );
});

function seen({ type, inputs, within = [], protect = true }: Example): Seen {
  return { type, inputs, within, protect, name: "example" };
}

function modelOf(source: string): Model {
  const parsed = parseAccess(source, "access.yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.model;
}
