import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../../access";
import { is } from "./asked";
import { checks } from "./checks";
import { diagnosed, type Diagnosed } from "./doctor";
import type { Facts } from "./facts";
import { noBitbucket, noKeycloak } from "./gather/unasked";
import { renderDiagnosis } from "./report";
import { goodFacts } from "./testing/facts";

type Path = readonly string[];
const at = (facts: unknown, path: Path): unknown =>
  path.reduce((value, key) => (value as Record<string, unknown>)[key], facts);
function changed(facts: Facts, path: Path, value: unknown): Facts {
  const [key = "", ...rest] = path;
  const inner = facts as unknown as Record<string, unknown>;
  const next = rest.length === 0 ? value : changed(inner[key] as Facts, rest, value);
  return { ...inner, [key]: next } as unknown as Facts;
}
/** Where the facts have what a question came to. */
const questions = (value: unknown, path: Path = []): Path[] =>
  typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Date
    ? []
    : "is" in value
      ? [path]
      : Object.entries(value).flatMap(([key, one]) =>
          path[0] === "files" ? [] : questions(one, [...path, key]),
        );

const good = diagnosed(goodFacts);
/** The findings that are others than where nothing is lacking. */
const others = (facts: Facts): Diagnosed[] =>
  diagnosed(facts).filter((one, index) => JSON.stringify(one) !== JSON.stringify(good[index]));

test("where nothing is lacking everything is as it should be", () => {
  expect(good.filter(({ state }) => state !== "ok")).toEqual([]);
  expect(good.map(({ name }) => name)).toEqual(checks.map(({ name }) => name));
  expect(new Set(good.map(({ name }) => name)).size).toBe(checks.length);
});

test("without a key of the organisation nothing is missing where the members of every team are only read", () => {
  const { model } = goodFacts.files;
  const observing = (count: number) =>
    changed(
      changed(goodFacts, ["bitbucket", "organization"], is({ isGiven: false })),
      ["files", "model", "teams"],
      model?.teams.map((team, index) => (index < count ? { ...team, observed: ["members"] } : team)),
    );
  const states = (count: number) =>
    diagnosed(observing(count)).flatMap(({ name, state }) => (name === "groups" ? [state] : []));
  const { length } = model?.teams ?? [];
  expect([states(length), states(length - 1)]).toEqual([["ok"], ["missing"]]);
});

const all = questions(goodFacts).map((path) => [path.join("."), path] as const);

test.each(all)("what is not known of %s never passes for well", (_, path) => {
  const found = others(changed(goodFacts, path, { unknown: "nobody can say" }));
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter(({ state }) => state !== "unknown")).toEqual([]);
});

test.each(all)(
  "what is wrong with %s is missing, with what to do, or leaves something unknown",
  (_, path) => {
    const found = others(changed(goodFacts, path, { problem: "it is wrong", fix: "mend it" }));
    expect(found.filter(({ state }) => state === "ok")).toEqual([]);
    for (const one of found)
      if (one.state === "missing") expect(one).toMatchObject({ found: "it is wrong", fix: "mend it" });
  },
);

test("of a stack file that cannot be read nothing is said of either system", () => {
  const unread = "the stack file cannot be read";
  const facts: Facts = {
    ...goodFacts,
    files: { settings: undefined, model: undefined, problems: ["stacks/Pulumi.dev.yaml:3:1  found nothing"] },
    keycloak: noKeycloak,
    isKeyless: { unknown: unread },
    bitbucket: { ...noBitbucket, unmatched: { unknown: unread } },
  };
  const of = (state: Diagnosed["state"]) =>
    diagnosed(facts).flatMap((one) => (one.state === state ? [one.name] : []));
  expect(of("missing")).toEqual(["files"]);
  expect(of("ok")).toEqual(["pulumi", "plugins", "login", "stack", "secrets", "hour"]);
});

const withSettings = (change: (settings: Settings) => object): Facts =>
  changed(goodFacts, ["files", "settings"], {
    ...(goodFacts.files.settings as Settings),
    ...change(goodFacts.files.settings as Settings),
  });
const put = (path: string, value: unknown): Facts => changed(goodFacts, path.split("."), value);

test.each<[string, Facts, string, string, string]>([
  [
    "a proxy that is none",
    put("machine.networkProblems", ["HTTPS_PROXY: found x"]),
    "network",
    "a proxy or a certificate authority that no request can go by",
    "do what each line says",
  ],
  [
    "an old Keycloak under keyless pipelines",
    changed(put("isKeyless", is(true)), ["keycloak", "extension"], is(true)),
    "keycloak-version",
    "26.5.1, which the extension",
    "upgrade Keycloak to 26.6",
  ],
  [
    "no extension",
    changed(put("isKeyless", is(true)), ["keycloak", "version"], is("26.7.3")),
    "keycloak-extension",
    "lacks the extension",
    "install it",
  ],
  [
    "roles that lack",
    put("keycloak.roles", is({ isAdmin: false, lacking: ["manage-users"] })),
    "keycloak-roles",
    "lacks the roles manage-users",
    "role admin",
  ],
  [
    "roles that nobody may see",
    put("keycloak.roles", is(undefined)),
    "keycloak-roles",
    "may not even see",
    "role admin",
  ],
  [
    "a realm of somebody else",
    put("keycloak.realm", is({ isThere: true, isOwn: false })),
    "realm",
    "is there already",
    "write another name",
  ],
  [
    "a realm that is gone",
    put("keycloak.realm", is({ isThere: false, isOwn: true })),
    "realm",
    "is gone",
    "restore it",
  ],
  [
    "people whom the directory lacks",
    changed(
      withSettings(({ keycloak }) => ({ keycloak: { ...keycloak, people: "external" } })),
      ["keycloak", "people"],
      is(["team leads: member ana"]),
    ),
    "keycloak-people",
    "1 who are named",
    "have the directory",
  ],
  [
    "a scope that lacks",
    put("bitbucket.scopes", is((at(goodFacts, ["bitbucket", "scopes", "is"]) as string[]).slice(1))),
    "token-scopes",
    "the token lacks admin:pipeline:bitbucket",
    "a token cannot be extended",
  ],
  [
    "a token that ends",
    withSettings(({ rotation }) => ({ rotation: { ...rotation, apiTokenExpires: "2026-12-10" } })),
    "token-last-day",
    "ends on 2026-12-10, in 9 days",
    "make another at",
  ],
  [
    "no administrator",
    put("bitbucket.isAdministrator", is(false)),
    "administrator",
    "no administrator",
    "administrators",
  ],
  ["too many members", put("bitbucket.refused.plan", is(["six"])), "plan", "more members", "each line"],
  [
    "no key of the organisation",
    put("bitbucket.organization", is({ isGiven: false })),
    "groups",
    "there is no key",
    "make an API key",
  ],
  [
    "several directories",
    put("bitbucket.organization", is({ isGiven: true, directories: ["1", "2"] })),
    "organisation",
    "has 2 directories (1, 2)",
    "set BITBUCKET_ORGANIZATION_DIRECTORY",
  ],
  [
    "a key with scopes",
    put("bitbucket.organization", is({ isGiven: true, directories: ["1"], kind: "with scopes" })),
    "organisation",
    "was made with scopes",
    "make a key without scopes",
  ],
  [
    "a repository elsewhere",
    put("bitbucket.refused.repositories", is(["api"])),
    "repositories",
    "not where",
    "each line",
  ],
  [
    "pipelines that are off",
    put("bitbucket.pipelines", is(false)),
    "runner-pipelines",
    "switched off in repository runner",
    "switch them on",
  ],
  [
    "people without an account",
    put("bitbucket.unmatched", is({ asked: 3, people: ["cem: no member"] })),
    "people",
    "1 of 3",
    "invite them",
  ],
  [
    "an hour that is used up",
    put("hour", { used: 1_000, limit: 1_000, wait: 61_000 }),
    "hour",
    "1,000 of 1,000",
    "wait 2 minutes",
  ],
])("%s", (_, facts, name, found, fix) => {
  // prettier-ignore
  const missing = others(facts).flatMap((one) => (one.state === "missing" ? [one] : []));
  expect(missing.map((one) => one.name)).toEqual([name]);
  expect(missing[0]?.found).toContain(found);
  expect(missing[0]?.fix).toContain(fix);
});

test("what nobody can know is said, and no reason for another exit code", () => {
  const said = (facts: Facts, name: string) => diagnosed(facts).find((one) => one.name === name);
  expect(said(put("bitbucket.premium", ["a restricted environment"]), "plan")).toMatchObject({
    state: "unknown",
    found:
      "Bitbucket does not say which it is; the stack file says premium, which is needed for a restricted environment",
  });
  expect(said(put("bitbucket.scopes", is(undefined)), "token-scopes")).toMatchObject({ state: "unknown" });
  expect(said(put("bitbucket.administration", is(undefined)), "groups")).toMatchObject({ state: "unknown" });
  expect(said(put("keycloak.version", is("26.3.5")), "keycloak-version")).toMatchObject({
    state: "unknown",
    found: "26.3.5; nothing before 26.4 was tried: upgrade, or run verify after the first up",
  });
});

test("a terminal shows a line for each, below what is missing its fix, and control characters as codes", () => {
  const facts = put("bitbucket.unmatched", is({ asked: 2, people: ["a\u001bb: no member", "c: no member"] }));
  const text = renderDiagnosis({
    stack: "dev",
    verdict: "missing",
    checks: diagnosed(facts).slice(-4),
    seconds: 1.25,
  });
  expect(text).toBe(
    [
      "dev",
      "  FAIL  people            2 of 2 match no account, and get no right in Bitbucket",
      "                          - a\\u001bb: no member",
      "                          - c: no member",
      "                          fix: invite them to the workspace, correct the address in Keycloak, or write their account into access.yaml",
      "  ok    runner            there, with its main branch",
      "  ok    runner-pipelines  they are",
      "  ok    hour              12 of 1,000 requests to repositories are used, as far as this machine knows",
      "3 as they should be, 1 missing (1.3 s)",
    ].join("\n"),
  );
});

test("the guide's table has each check, in their order", () => {
  const guide = readFileSync(join(__dirname, "../../docs/guide/doctor.md"), "utf8");
  const rows = [...guide.matchAll(/^\| `([a-z-]+)` +\| (.*?) +\|/gm)].map(([, name, wants]) => [name, wants]);
  expect(rows).toEqual(checks.map(({ name, wants }) => [name, wants]));
});
