import * as keycloak from "@pulumi/keycloak";
import { only, placed } from "../components/testing/placed";
import { keepsAdopted } from "./adopted";

const role = "keycloak:index/role:Role";
const record = (adopted: unknown) => [
  {
    urn: "urn:pulumi:test::p::pulumi:pulumi:Stack::p-test",
    type: "pulumi:pulumi:Stack",
    outputs: { adopted },
  },
];

test("what was there before the stack stays, under another name as well, and the next run hears of it", async () => {
  let kept: (() => readonly string[]) | undefined;
  const all = await placed(() => {
    kept = keepsAdopted(record([`${role}::found`, `${role}::old`, `${role}::gone`]));
    new keycloak.Role("found", { realmId: "r" });
    new keycloak.Role("new", { realmId: "r" }, { aliases: [{ name: "old" }] });
    new keycloak.Role("ours", { realmId: "r" });
  });
  expect(["found", "new", "ours"].map((name) => only(all, role, name).retained)).toEqual([
    true,
    true,
    undefined,
  ]);
  expect(kept?.()).toEqual([`${role}::found`, `${role}::new`]);
});

test.each([undefined, "all", []])("where the state marks %p, nothing is kept", async (adopted) => {
  let kept: (() => readonly string[]) | undefined;
  const all = await placed(() => {
    kept = keepsAdopted(record(adopted));
    new keycloak.Role("ours", { realmId: "r" });
  });
  expect([only(all, role, "ours").retained, kept?.()]).toEqual([undefined, []]);
});
