/** Who changed something is who changed just that, and nothing whose name is part of another's. */
import type { KeycloakAdmin } from "../../clients/keycloak";
import { withAuthors } from "./authors";

const event = (userId: string, resourcePath: string, representation?: string) => ({
  time: Date.parse("2026-11-23T12:00:00Z"),
  resourcePath,
  resourceType: "",
  ...(representation !== undefined && { representation }),
  authDetails: { userId },
});
const events = [
  event("1", "identity-provider/instances/acme-internal"),
  event("2", "clients/acme", '{"alias":"acme-internal"}'),
  event("3", "components", '{"id":"key-1","name":"es256"}'),
  event("4", "users/5/groups/group-1"),
];
const realm = {
  get: (path: string) =>
    Promise.resolve(path === "admin-events" ? events : { username: `admin-${path.slice("users/".length)}` }),
} as unknown as KeycloakAdmin;

test.each([
  ["identity provider", "x", "acme/acme-internal", "admin-1"],
  ["identity provider", "x", "acme/acme-int", undefined],
  ["identity provider", "internal", "acme/internal", undefined],
  ["key", "x", "key-1", "admin-3"],
  ["key", "x", "key", undefined],
  ["group", "x", "acme/group-1", "admin-4"],
  ["group", "x", "acme/group", undefined],
])("a change of the %s %s with the id %s is by %s", async (kind, target, id, who) => {
  const [told] = await withAuthors([{ system: "keycloak", kind, target, id, found: "there" }], realm, realm);
  expect(told?.who).toBe(who);
});
