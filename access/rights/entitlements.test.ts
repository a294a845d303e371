import { changed, companyText, modelOf, withGrants } from "../testing/company";
import { entitlementsOf, peopleOf } from "./entitlements";

const today = new Date("2026-06-15T12:00:00Z");

/** One line each: `+` granted, `~` implied. */
function lines(text: string, target?: string): string[] {
  return entitlementsOf(modelOf(text), today)
    .filter((one) => target === undefined || one.target === target)
    .map(({ kind, subject, capability, target: where, path }) => {
      const sign = kind === "granted" ? "+" : "~";
      return `${sign} ${subject.name} ${capability} ${where}: ${path.join(" → ")}`;
    });
}

test("read implies nothing", () => {
  expect(lines(withGrants("team: guests, can: [read], on: TWO"))).toStrictEqual([
    "+ guests read TWO/docs: guests → TWO → read",
  ]);
});

test("write implies reading, builds and open deployments; merging only where no branch is protected", () => {
  expect(lines(withGrants("team: guests, can: [trigger], on: ONE"))).toStrictEqual([
    "~ guests deploy:dev ONE/api: guests → ONE → write → dev is open to whoever may write",
    "~ guests read ONE/api: guests → ONE → write → write includes it",
    "+ guests trigger ONE/api: guests → ONE → write",
    "~ guests deploy:dev ONE/web: guests → ONE → write → dev is open to whoever may write",
    "~ guests merge ONE/web: guests → ONE → write → no branch is protected",
    "~ guests read ONE/web: guests → ONE → write → write includes it",
    "+ guests trigger ONE/web: guests → ONE → write",
  ]);
});

test("admin implies everything, and lifting the gates", () => {
  expect(lines(withGrants("team: guests, can: [deploy:prod], on: ONE/api"))).toStrictEqual([
    "~ guests administer ONE/api: guests → ONE/api → admin → admin includes it",
    "~ guests deploy:dev ONE/api: guests → ONE/api → admin → dev is open to whoever may write",
    "+ guests deploy:prod ONE/api: guests → ONE/api → admin",
    "~ guests merge ONE/api: guests → ONE/api → admin → an administrator can lift the restriction",
    "~ guests read ONE/api: guests → ONE/api → admin → admin includes it",
    "~ guests trigger ONE/api: guests → ONE/api → admin → whoever may write may start builds",
  ]);
});

test("a grant to deploy to a project says nothing about repositories that do not deploy there", () => {
  const granted = lines(withGrants("team: guests, can: [deploy:prod], on: ONE")).filter(
    (line) => line[0] === "+",
  );
  expect(granted).toStrictEqual(["+ guests deploy:prod ONE/api: guests → ONE → admin"]);
});

test("what a team is granted reaches the teams below it, by a path that says so", () => {
  const text = withGrants("team: makers, can: [merge], on: ONE/api");
  expect(lines(text).filter((line) => line.includes(" merge "))).toStrictEqual([
    "+ hands merge ONE/api: hands → makers → ONE/api → write → restrict_merges main",
    "+ leads merge ONE/api: leads → makers → ONE/api → write → restrict_merges main",
    "+ makers merge ONE/api: makers → ONE/api → write → restrict_merges main",
  ]);
});

test("a merger by grant does not make a merger of a colleague who may write", () => {
  const merging = lines(companyText, "ONE/api").filter((line) => line.includes(" merge "));
  expect(merging).toStrictEqual(["+ leads merge ONE/api: leads → ONE/api → write → restrict_merges main"]);
});

test("reason and end come along, and the grant that says more wins", () => {
  const model = modelOf(
    withGrants(
      "person: cem, can: [trigger], on: TWO, until: 2026-12-31, reason: Covers for Ana",
      "person: cem, can: [read], on: TWO/docs, until: 2026-07-01, reason: Audit",
    ),
  );
  const cem = { subject: { kind: "person", name: "cem" }, target: "TWO/docs" };
  const covering = { reason: "Covers for Ana", until: "2026-12-31" };
  expect(entitlementsOf(model, today)).toStrictEqual([
    {
      ...cem,
      capability: "merge",
      kind: "implied",
      path: ["cem", "TWO", "write", "no branch is protected"],
      ...covering,
    },
    {
      ...cem,
      capability: "read",
      kind: "granted",
      path: ["cem", "TWO/docs", "read"],
      reason: "Audit",
      until: "2026-07-01",
    },
    { ...cem, capability: "trigger", kind: "granted", path: ["cem", "TWO", "write"], ...covering },
  ]);
});

test("an agent has what it is granted", () => {
  expect(lines(withGrants("agent: bot, can: [read], on: TWO/docs"))).toStrictEqual([
    "+ bot read TWO/docs: bot → TWO/docs → read",
  ]);
});

test("several protected branches are one gate", () => {
  const text = changed(["{ main: { approvals: 1 } }", '{ "release/*": {}, main: {} }']);
  expect(lines(text, "ONE/api").find((line) => line.startsWith("+ leads merge"))).toBe(
    "+ leads merge ONE/api: leads → ONE/api → write → restrict_merges main, release/*",
  );
});

test("the people of a team are its members and those of the teams below", () => {
  const model = modelOf(companyText);
  expect(["makers", "hands", "guests"].map((team) => peopleOf(model, team))).toStrictEqual([
    ["ana", "ben", "cem"],
    ["ben", "cem"],
    [],
  ]);
});
