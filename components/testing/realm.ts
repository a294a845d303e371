/** A realm for tests of the components that live in one. */
import * as pulumi from "@pulumi/pulumi";
import { Realm, type RotationPlan } from "..";

const person = (username: string) => ({ username, name: username, email: `${username}@acme.example` });

/** A first run: the state remembers nothing, and Keycloak is never asked. */
export const firstRun: RotationPlan = {
  asOf: new Date("2026-02-10T00:00:00Z"),
  memory: { stored: () => pulumi.output(undefined) },
  administration: () => {
    throw new Error("nobody asks Keycloak here");
  },
};

/** The client that has the roles, as `BitbucketSignIn` gives it. */
export const testRoles = () => ({
  id: pulumi.output("bitbucket-id"),
  roleIds: new Map([["deploy:PAY/payments-api", pulumi.output("role-id")]]),
});

/** How signing keys rotate. */
export const testKeys = { ...firstRun, period: 7_776_000, overlap: 36_000 };

export function testRealm(): Realm {
  return new Realm("realm", {
    realm: "acme-dev",
    displayName: "Acme (dev)",
    url: "https://keycloak.example",
    owners: [person("ana"), person("ben")],
    lifetimes: { accessToken: 300, sessionIdle: 1800, session: 36_000, events: 31_536_000 },
    keys: testKeys,
  });
}
