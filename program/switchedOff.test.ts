import * as pulumi from "@pulumi/pulumi";
import { KeycloakError } from "../clients/keycloak";
import { switchedOffIn } from "./switchedOff";

interface Realm {
  readonly there?: boolean;
  readonly enabled?: boolean;
  readonly clients?: readonly object[] | Error;
}

function realmOf({ there = true, enabled = true, clients = [] }: Realm) {
  const requests: string[] = [];
  const keycloak = {
    get: <T>(path: string) => {
      requests.push(path);
      const providers = [{ alias: "bitbucket-pipelines", enabled: false }];
      return Promise.resolve((!there ? undefined : path === "" ? { enabled } : providers) as T | undefined);
    },
    list: <T>(path: string) => {
      requests.push(path);
      return clients instanceof Error ? Promise.reject(clients) : Promise.resolve([...clients] as T[]);
    },
  };
  return { isOff: switchedOffIn(() => keycloak, Promise.resolve(), "acme"), requests };
}

const clients = [
  { clientId: "agent.bot", enabled: false },
  { clientId: "agent.other", enabled: true },
];

test("what is off is known by its kind and name, and each kind is asked for once", async () => {
  const { isOff, requests } = realmOf({ clients });
  const names = ["agent.bot", "agent.other", "not.there", "bitbucket-pipelines"];
  expect(await Promise.all(names.map((name) => isOff("client", name)))).toEqual([true, false, false, false]);
  expect(await isOff("identity provider", "bitbucket-pipelines")).toBe(true);
  expect(await isOff("realm", "acme")).toBe(false);
  expect(await isOff("client", "agent.bot")).toBe(true);
  expect(requests.sort()).toEqual(["", "", "", "clients", "identity-provider/instances"]);
});

test("a realm that is off is, and one that is not there has nothing that is", async () => {
  expect(await realmOf({ enabled: false }).isOff("realm", "acme")).toBe(true);
  const { isOff } = realmOf({ there: false, clients });
  expect([await isOff("realm", "acme"), await isOff("client", "agent.bot")]).toEqual([false, false]);
});

test("a preview that may not see the clients goes on; a run does not", async () => {
  const mayNotSee = new KeycloakError("may not", 403);
  await expect(realmOf({ clients: mayNotSee }).isOff("client", "agent.bot")).rejects.toThrow("may not");
  const dryRun = jest.spyOn(pulumi.runtime, "isDryRun").mockReturnValue(true);
  try {
    expect(await realmOf({ clients: mayNotSee }).isOff("client", "agent.bot")).toBe(false);
    await expect(realmOf({ clients: new Error("gone") }).isOff("client", "agent.bot")).rejects.toThrow(
      "gone",
    );
  } finally {
    dryRun.mockRestore();
  }
});

test("nobody is asked before it is known that Keycloak may be", async () => {
  const { requests } = realmOf({});
  void switchedOffIn(
    () => {
      throw new Error("asked too early");
    },
    new Promise(() => undefined),
    "acme",
  )("client", "agent.bot");
  await new Promise((resolve) => setImmediate(resolve));
  expect(requests).toEqual([]);
});
