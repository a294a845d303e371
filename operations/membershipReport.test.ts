import { renderMembership } from "./membershipReport";

const membership = {
  changes: [
    {
      group: "payments",
      add: [{ account: "{1}", username: "dora" }],
      remove: [{ account: "{2}", name: "Zoe Ek" }],
    },
    { group: "support", add: [], remove: [{ account: "{3}", username: "june" }] },
  ],
  unmatched: [{ username: "ivo", teams: ["platform"], reason: "has no e-mail address in Keycloak" }],
};

test("a dry run says what it would do, and how to do it", () => {
  expect(renderMembership(membership.changes, membership.unmatched, false)).toBe(
    `+ payments: dora
- payments: Zoe Ek ({2}), whom nobody in this team matches
- support: june
! ivo (platform): has no e-mail address in Keycloak
to add: 1, to remove: 2; run again with --apply to do so`,
  );
});

test("a run that acted says what it did", () => {
  expect(renderMembership(membership.changes, membership.unmatched, true).split("\n").at(-1)).toBe(
    "added: 1, removed: 2",
  );
});

test("nothing to do is said in one line", () => {
  expect(renderMembership([], [], false)).toBe("every group holds the people of its team");
});
