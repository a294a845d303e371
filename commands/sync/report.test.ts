import { grantLines, renderMembership } from "./report";

const membership = {
  changes: [
    {
      group: "payments",
      add: [{ account: "{1}", username: "dora", why: "is in the team payments in Keycloak" }],
      remove: [{ account: "{2}", name: "Zoe Ek", why: "matches nobody in a team of the realm" }],
    },
    {
      group: "support",
      add: [],
      remove: [{ account: "{3}", username: "june", why: "is disabled in Keycloak" }],
    },
  ],
  unmatched: [{ username: "ivo", teams: ["platform"], reason: "has no e-mail address in Keycloak" }],
  takenOut: [{ username: "emil", group: "support" }],
};

test("a dry run says what it would do, and how to do it", () => {
  expect(renderMembership(membership.changes, membership, false)).toBe(
    `+ payments: dora, who is in the team payments in Keycloak
- payments: Zoe Ek ({2}), who matches nobody in a team of the realm
- support: june, who is disabled in Keycloak
! ivo (platform): has no e-mail address in Keycloak
! emil (support): was taken out of the group in Bitbucket by somebody, and stays out; to put them back: --repin emil; to have it so: take them out of the team
to add: 1, to remove: 2; run again with --apply to do so`,
  );
});

test("a run that acted says what it did", () => {
  expect(renderMembership(membership.changes, membership, true).split("\n").at(-1)).toBe(
    "added: 1, removed: 2",
  );
});

test("nothing to do is said in one line", () => {
  expect(renderMembership([], { unmatched: [], takenOut: [] }, false)).toBe(
    "every group holds the people of its team",
  );
});

test("what one account alone was granted is named where it goes, and where it is still written", () => {
  const grant = { subject: "person dora", account: "{4}", target: "SHOP", why: "is disabled in Keycloak" };
  expect(grantLines([grant], [grant])).toEqual([
    "- SHOP: the right of person dora alone: is disabled in Keycloak",
    "! access.yaml still grants person dora a right on SHOP (is disabled in Keycloak): take it out",
  ]);
  expect(grantLines([], [])).toEqual([]);
});
