import { parseAccess } from "..";
import { companyText, settingsFor } from "../testing/company";
import { answerTo, liveOf, questionOf, type Seen, type Setting } from ".";

const asOf = new Date("2026-06-15T12:00:00Z");

function settingOf(text: string): Setting {
  const parsed = parseAccess(text, "access.yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { model, positions } = parsed;
  const members = (team: string) => model.teams.find(({ name }) => name === team)?.members;
  return { model, settings: settingsFor("dev"), exceptions: [], asOf, members, positions };
}

const setting = settingOf(companyText);
const wanted = { until: "2026-12-31", reason: "Covers" };

/** Ana leads, and leads merge on ONE/api. */
function live(words: string, seen: Partial<Seen>, keycloak: Partial<NonNullable<Seen["keycloak"]>> = {}) {
  const answer = answerTo(questionOf(words.split(" "), setting.model), setting, wanted);
  const asDeclared: Seen = {
    hasAccount: true,
    permissions: new Map([["ONE/api", "write"]]),
    unlisted: new Map(),
    keycloak: {
      realm: "small",
      enabled: true,
      groups: ["leads"],
      roles: ["merge:ONE/api", "trigger:ONE", "read:TWO"],
      ...keycloak,
    },
  };
  return liveOf(answer, { ...asDeclared, ...seen }, setting);
}

test("as the files say", () => {
  expect(live("ana merge ONE/api", {}).differences).toStrictEqual([]);
  expect(live("ana merge ONE/api", {}).can).toBe(true);
});

test.each<[string, Partial<Seen>, Partial<NonNullable<Seen["keycloak"]>>, boolean, string[]]>([
  [
    "less in Bitbucket",
    { permissions: new Map([["ONE/api", "read"]]) },
    {},
    false,
    ["Bitbucket, ONE/api: ana has read, and by the files write"],
  ],
  [
    "nothing in Bitbucket",
    { permissions: new Map() },
    {},
    false,
    ["Bitbucket, ONE/api: ana has nothing, and by the files write"],
  ],
  [
    "more in Bitbucket",
    { permissions: new Map([["ONE/api", "admin"]]) },
    {},
    true,
    ["Bitbucket, ONE/api: ana has admin, and by the files write"],
  ],
  [
    "not among the mergers",
    { unlisted: new Map([["ONE/api", ["main"]]]) },
    {},
    false,
    ["Bitbucket, ONE/api: does not list ana among the mergers of main"],
  ],
  [
    "no account",
    { hasAccount: false, permissions: new Map() },
    {},
    false,
    ["Bitbucket: no account of ana is known in the workspace"],
  ],
  ["disabled", {}, { enabled: false }, false, ["Keycloak: ana is disabled in realm small"]],
  [
    "in another group, with another role",
    {},
    { groups: ["hands"], roles: ["administer:ONE", "trigger:ONE"] },
    true,
    [
      "Keycloak: ana is not in group leads",
      "Keycloak: ana is in group hands, and by the files not",
      "Keycloak: ana has not the role merge:ONE/api",
      "Keycloak: ana has the role administer:ONE, and by the files not",
    ],
  ],
])("%s", (_, seen, keycloak, can, differences) => {
  expect(live("ana merge ONE/api", seen, keycloak)).toStrictEqual({ can, differences });
});

test("nobody of the name in the realm", () => {
  const answer = answerTo(questionOf(["ana", "merge", "ONE/api"], setting.model), setting, wanted);
  const seen: Seen = {
    hasAccount: true,
    permissions: new Map([["ONE/api", "write"]]),
    unlisted: new Map(),
    keycloak: { realm: "small" },
  };
  expect(liveOf(answer, seen, setting)).toStrictEqual({
    can: false,
    differences: ["Keycloak: found no ana in realm small"],
  });
});

test("merging where the files do not let somebody, by a gate that is gone", () => {
  expect(live("ben merge ONE/api", {}, { groups: ["hands"], roles: [] })).toMatchObject({
    can: true,
    differences: expect.arrayContaining([
      "Bitbucket, ONE/api: lets ben merge, and the files do not",
    ]) as string[],
  });
});
