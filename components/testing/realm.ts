/** A realm, rights and a run for tests of the components that need them. */
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { Realm, type RealmArgs } from "../realm";
import type { Rights } from "../rights";
import type { Stored } from "../rotation/lastState";

const person = (username: string) => ({ username, name: username, email: `${username}@acme.example` });

/** The first run of a stack: its state is empty, and Keycloak is never asked. */
export const firstRun: Context = {
  asOf: new Date("2026-02-10T00:00:00Z"),
  lastState: {
    outputsOf: () => pulumi.output(undefined),
    has: () => false,
    isAdopted: () => false,
  },
  administration: () => {
    throw new Error("nobody asks Keycloak here");
  },
  takesOver: false,
  realmNow: () => Promise.resolve(undefined),
  switchedOff: () => Promise.resolve(false),
};

/** A run whose state has these resources, by `type name`. */
export const runAfter = (state: Readonly<Record<string, Stored | undefined>>): Context => ({
  ...firstRun,
  lastState: {
    outputsOf: (type, ...names) =>
      pulumi.secret(names.map((name) => state[`${type} ${name}`]).find((one) => one !== undefined)),
    has: (type, name) => state[`${type} ${name}`] !== undefined,
    isAdopted: () => false,
  },
});

/** The client that has the roles, and their ids: `role-1` and so on. */
export const testRights = (...roles: string[]): Pick<Rights, "id" | "roleIds"> => ({
  id: pulumi.output("rights-id"),
  roleIds: new Map(roles.map((role, index) => [role, pulumi.output(`role-${index + 1}`)])),
});

/** 90 days, and a session's length. */
export const keyRotation = { period: 7_776_000, overlap: 36_000 };
/** 30 days, and a day. */
export const monthly = { period: 2_592_000, overlap: 86_400 };

export const realmArgs: RealmArgs = {
  realm: "acme-dev",
  displayName: "Acme (dev)",
  url: "https://keycloak.example",
  owners: [person("ana"), person("ben")],
  lifetimes: { accessToken: 300, sessionIdle: 1800, session: 36_000, events: 31_536_000 },
  signingKeys: keyRotation,
  context: firstRun,
};

/** @returns a realm of two owners */
export function testRealm(): Realm {
  return new Realm("realm", realmArgs);
}
