/**
 * What a new name may hide: nothing. Each attack is a change of the small company, with all that somebody else has to approve
 * of; a rename without anything else needs nobody.
 */
import { asOf } from "../testing/anyCompany";
import { changed, modelOf, settingsFor } from "../testing/company";
import { asksOf, needsOf } from "./approvals";
import { differenceOf } from "./difference";
import { guardChangesOf } from "./guardChanges";
import { knownAt, type Known } from "./known";
import { renameFindings, renamesBetween } from "./renames";

type Change = readonly [before: string, after: string];

const account = (end: string) => `"{00000000-0000-0000-0000-00000000000${end}}"`;
/** Leads deploy, and each person has an account; directory is a team that Keycloak keeps, and that administers TWO/docs. */
const base = changed(
  ["can: [merge], on: ONE/api", "can: [merge, deploy:prod], on: ONE/api"],
  ["  guests:", "  directory: { owner: ben }\n  guests:"],
  ["grants:\n", "grants:\n  - { team: directory, can: [administer], on: ONE/web }\n"],
  ["ana@small.example }", `ana@small.example, account: ${account("a")} }`],
);
const edited = (...changes: readonly Change[]): string =>
  changes.reduce((text, [before, after]) => {
    if (!text.includes(before)) throw new Error(`the company has no ${before}`);
    return text.replaceAll(before, after);
  }, base);

function known(text: string, people: "declared" | "external", kept: readonly string[] | undefined): Known {
  const settings = settingsFor("prod");
  const declaration = {
    ...{ model: modelOf(text), exceptions: [], asOf },
    settings: { ...settings, keycloak: { ...settings.keycloak, people } },
  };
  return knownAt(declaration, () => kept);
}

interface Options {
  readonly people?: "declared" | "external";
  /** In the team that Keycloak keeps. */
  readonly kept?: readonly string[] | undefined;
}

function sides(changes: readonly Change[], { people = "declared", kept }: Options = {}): [Known, Known] {
  return [known(base, people, kept), known(edited(...changes), people, kept)];
}

function needs(changes: readonly Change[], options?: Options): string[] {
  return needsOf(...sides(changes, options)).map(
    ({ reason, projects }) => `${projects.join(" ") || "company"}: ${reason}`,
  );
}

const leadsToHeads: readonly Change[] = [
  ["leads: { owner", "heads: { previously: leads, owner"],
  ["owner: leads", "owner: heads"],
  ["team: leads", "team: heads"],
];
const anaToZoe: readonly Change[] = [
  ["  ana: {", "  zoe: { previously: ana,"],
  ["owners: [ana", "owners: [zoe"],
  ["owner: ana", "owner: zoe"],
  ["[ana]", "[zoe]"],
];

test.each<[string, readonly Change[], Options?]>([
  ["a team", leadsToHeads],
  [
    "a team that other teams are within",
    [
      ["makers:", "crafts:\n    previously: makers"],
      ["makers", "crafts"],
      ["previously: crafts", "previously: makers"],
    ],
  ],
  [
    "a team that Keycloak keeps",
    [
      ["directory: {", "folks: { previously: directory,"],
      ["team: directory", "team: folks"],
    ],
    { kept: ["cem", "dan"] },
  ],
  [
    "a team of which nobody says who is in it",
    [
      ["directory: {", "folks: { previously: directory,"],
      ["team: directory", "team: folks"],
    ],
  ],
  ["an owner of the company", anaToZoe],
  [
    "an owner of the company who is in a team that Keycloak keeps, by the name of before",
    anaToZoe,
    { kept: ["ana"] },
  ],
  ["a team and its people at once", [...leadsToHeads, ...anaToZoe]],
  [
    "the owner of an agent",
    [
      ["  ben: {", "  bea: { previously: ben,"],
      ["ana, ben]", "ana, bea]"],
      ["owner: ben", "owner: bea"],
      ["[ben,", "[bea,"],
    ],
  ],
])("renaming %s changes nothing and needs nobody", (_, changes, options = {}) => {
  const [before, after] = sides(changes, options);
  const { gained, lost, altered, lostShare } = differenceOf(before, after);
  expect({ gained, lost, altered, lostShare }).toEqual({ gained: [], lost: [], altered: [], lostShare: 0 });
  expect(needsOf(before, after)).toEqual([]);
  expect(guardChangesOf(before, after).filter(({ weaker }) => weaker)).toEqual([]);
});

test.each<[string, readonly Change[], readonly string[], Options?]>([
  [
    "a team takes the name of before of one that is dissolved, and other people are in it",
    [...leadsToHeads, ["members: [ana]", "members: [ben]"]],
    ["ONE: person ben gains deploy:prod on ONE/api", "ONE: ben may approve for project ONE from now on"],
  ],
  [
    "a team that is there takes over one that goes: it is what it was",
    [
      ["      leads: { owner: ana, members: [ana] }\n", ""],
      ["guests: {", "guests: { previously: leads,"],
      ["owner: leads", "owner: guests"],
      ["team: leads", "team: guests"],
      ["members: []", "members: [cem]"],
    ],
    ["ONE: team guests gains deploy:prod on ONE/api", "ONE: cem may approve for project ONE from now on"],
  ],
  [
    "a renamed team gains a right by the way",
    [
      ["hands: {", "fingers: { previously: hands,"],
      ["owner: hands", "owner: fingers"],
      ["grants:\n", "grants:\n  - { team: fingers, can: [deploy:prod], on: ONE/api }\n"],
    ],
    ["ONE: team hands gains deploy:prod on ONE/api"],
  ],
  [
    "a renamed team moves to where it inherits a right",
    [
      ["  guests: { owner: ben, members: [] }\n", ""],
      [
        "      leads: { owner: ana, members: [ana] }",
        "      leads: { owner: ana, members: [ana], teams: { visitors: { previously: guests, owner: ben, members: [cem] } } }",
      ],
    ],
    ["ONE: team guests gains deploy:prod on ONE/api", "ONE: cem may approve for project ONE from now on"],
  ],
  [
    "a renamed team is left to Keycloak",
    [
      ...leadsToHeads,
      [
        "heads: { previously: leads, owner: ana, members: [ana] }",
        "heads: { previously: leads, owner: ana }",
      ],
    ],
    [
      "ONE: whoever Keycloak puts into team leads may approve for project ONE from now on",
      "company: who is in team leads changes from those of access.yaml to those of Keycloak",
    ],
  ],
  [
    "a renamed team takes a group that is called otherwise",
    [...leadsToHeads, ["heads: { previously", "heads: { group: friends, previously"]],
    ["company: Bitbucket group of team leads changes from leads to friends"],
  ],
  [
    "a team takes a group that is called otherwise",
    [["leads: { owner", "leads: { group: friends, owner"]],
    ["company: Bitbucket group of team leads changes from leads to friends"],
  ],
  ["a team that can do nothing grave takes one", [["guests: {", "guests: { group: friends,"]], []],
  [
    "a renamed team keeps its group",
    [...leadsToHeads, ["heads: { previously", "heads: { group: leads, previously"]],
    [],
  ],
  [
    "somebody renamed gets another address",
    [...anaToZoe, ["ana@small.example", "mallory@small.example"]],
    ["company: e-mail address of ana changes from ana@small.example to mallory@small.example"],
  ],
  [
    "somebody renamed gets another account",
    [...anaToZoe, [account("a"), account("e")]],
    [
      `company: Bitbucket account of ana changes from {00000000-0000-0000-0000-00000000000a} to {00000000-0000-0000-0000-00000000000e}`,
    ],
  ],
  [
    "somebody renamed becomes an owner of the company",
    [
      ["  cem: {", "  ida: { previously: cem,"],
      ["ben, cem]", "ben, ida]"],
      ["owners: [ana, ben]", "owners: [ana, ben, ida]"],
    ],
    ["company: cem may approve for the company from now on"],
  ],
  [
    "somebody renamed joins a team that deploys",
    [
      ["  cem: {", "  ida: { previously: cem,"],
      ["ben, cem]", "ben, ida]"],
      ["members: [ana]", "members: [ana, ida]"],
    ],
    ["ONE: person cem gains deploy:prod on ONE/api", "ONE: cem may approve for project ONE from now on"],
  ],
  [
    "somebody new takes the place of somebody who is no longer named: a new one, who was nobody",
    [
      ["  ana: {", "  zoe: { previously: nobody,"],
      ["owners: [ana", "owners: [zoe"],
      ["owner: ana", "owner: zoe"],
      ["[ana]", "[zoe]"],
    ],
    [
      "ONE: person zoe gains deploy:prod on ONE/api",
      "company: zoe may approve for the company from now on",
      "ONE: zoe may approve for project ONE from now on",
      "company: owner ana is removed",
    ],
  ],
  [
    "where Keycloak owns the people, a file says that somebody is somebody else",
    anaToZoe,
    ["company: user name of ana changes from ana to zoe"],
    { people: "external" },
  ],
  [
    "the same of somebody who can do nothing grave",
    [
      ["  cem: {", "  ida: { previously: cem,"],
      ["ben, cem]", "ben, ida]"],
    ],
    // Cem may approve for project TWO.
    ["company: user name of cem changes from cem to ida"],
    { people: "external" },
  ],
])("%s", (_, changes, expected, options = {}) => {
  expect(needs(changes, options)).toEqual(expected);
});

test("whoever is renamed does not approve of what they gain", () => {
  const changes: readonly Change[] = [
    ["  cem: {", "  ida: { previously: cem,"],
    ["ben, cem]", "ben, ida]"],
    ["grants:\n", "grants:\n  - { person: ida, can: [administer], on: TWO }\n"],
  ];
  const [before, after] = sides(changes);
  const asks = asksOf(needsOf(before, after), before);
  expect(asks.map(({ place, approvers }) => [place, ...approvers])).toEqual([["project TWO", "ben"]]);
});

test("whoever is asked is called as before, so that their account is found", () => {
  const changes: readonly Change[] = [
    ...anaToZoe,
    ["grants:\n", "grants:\n  - { team: hands, can: [deploy:prod], on: ONE/api }\n"],
  ];
  const [before, after] = sides(changes);
  expect(asksOf(needsOf(before, after), before).map(({ approvers }) => approvers)).toEqual([["ana"]]);
});

test.each<[string, readonly Change[], string[]]>([
  [
    "a chain",
    [
      [
        "  hands: {",
        "  fingers: { previously: hands, owner: ana, members: [ben, cem] }\n      hands: { previously: guests,",
      ],
      ["  guests: { owner: ben, members: [] }\n", ""],
    ],
    [
      'found "guests", while the stack has another team called "hands"; make two deploys of it: rename hands to fingers first, then rename guests to hands',
    ],
  ],
  [
    "the name of somebody who leaves by the same change",
    [
      ["  cem: {", "  ana: { previously: cem,"],
      ["  ana: { name: Ana", "  zoe: { name: Zoe"],
      ["ben, cem]", "ben]"],
    ],
    [
      'found "cem", while the stack has another person called "ana"; make two deploys of it: take ana out first, then rename cem to ana',
    ],
  ],
  ["a name that is free", leadsToHeads, []],
  ["a name that was taken by an earlier deploy, and still is said", [], []],
])("one deploy renames %s or says why not", (_, changes, expected) => {
  const [before, after] = [modelOf(base), modelOf(edited(...changes))];
  expect(renameFindings(before, after).map(({ found, fix }) => `found ${found}; ${fix}`)).toEqual(expected);
  if (expected.length > 0) expect(renamesBetween(before, after).person.size).toBe(0);
  // Once brought up, the same file says nothing more.
  expect(renameFindings(after, after)).toEqual([]);
});

test("what is asked about is the same whatever it is called meanwhile: no rename brings it in anew", () => {
  const grants =
    "grants:\n  - { team: NAME, can: [deploy:prod], on: ONE/api }\n  - { person: ana, can: [administer], on: TWO }\n";
  const plain: readonly Change[] = [["grants:\n", grants.replace("NAME", "hands")]];
  const renamed: readonly Change[] = [
    ["grants:\n", grants.replace("NAME", "fingers")],
    ["hands: {", "fingers: { previously: hands,"],
    ["owner: hands", "owner: fingers"],
    ["person: ana", "person: zoe"],
    ...anaToZoe,
  ];
  const atoms = (changes: readonly Change[]) => needsOf(...sides(changes)).flatMap((need) => need.atoms);
  expect(atoms(plain)).toHaveLength(3);
  expect(atoms(renamed)).toEqual(atoms(plain));
});
