import { startEngine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import { reveal, type ValueObject } from "@bitbucket-keycloak/pulumi-plugin/values";
import { type RequestFamily, requestFamilyOf } from "./api/budget";
import { readRequests, writeRequests } from "./costs";
import { bitbucket } from "./provider";
import { startTestServer } from "./testing/world";
import { lives } from "./testing/lives";

type Inputs = Parameters<typeof writeRequests>[1];
/** What a preview shows, but for secrets. */
const plain = (inputs: ValueObject) => reveal(inputs) as Inputs;

/** Asks a server of its own, whose hours nobody counts. */
const elsewhere = ["DataCenterClient"];

test("every resource that asks Bitbucket Cloud is measured here", () => {
  const names = bitbucket.resources.map(({ name }) => name).filter((name) => !elsewhere.includes(name));
  expect(lives.map(({ type }) => type).sort()).toEqual(names.sort());
});

test.each(lives.map((life) => [life.type, life] as const))(
  "%s takes as many requests as the table says: to be made, read and changed",
  async (name, { lists, first, second }) => {
    process.env.BITBUCKET_EMAIL = "robot@acme.example";
    process.env.BITBUCKET_API_TOKEN = "ATATT-robot-token";
    const server = await startTestServer();
    for (const [list, items] of Object.entries(lists)) server.lists.set(list, [...items]);
    const engine = await startEngine(bitbucket);
    const type = `bitbucket:index:${name}`;
    const asked = async <T>(act: () => Promise<T>): Promise<[T, { method: string; path: string }[]]> => {
      const before = server.log.length;
      const result = await act();
      const lines = server.log.slice(before).map((line) => line.split(" "));
      return [result, lines.map(([method = "", path = ""]) => ({ method, path }))];
    };
    const writes = (log: readonly { method: string }[]) =>
      log.filter(({ method }) => method !== "GET").length;
    try {
      await engine.configure({ apiUrl: server.url });
      const { inputs } = await engine.check(name, first);
      const [held, making] = await asked(() => engine.create(name, inputs));
      expect(writes(making)).toBe(writeRequests(type, undefined, plain(inputs)));

      const [, reading] = await asked(() => engine.read(name, held.id, held));
      const numbers: Partial<Record<RequestFamily, number>> = {};
      for (const { path } of reading) {
        const family = requestFamilyOf(path);
        numbers[family] = (numbers[family] ?? 0) + 1;
      }
      expect(Object.fromEntries(readRequests([type]))).toEqual(numbers);

      if (second !== undefined) {
        const after = (await engine.check(name, second)).inputs;
        const [, changing] = await asked(() => engine.update(name, held, after));
        expect(writes(changing)).toBe(writeRequests(type, plain(inputs), plain(after)));
      }
    } finally {
      engine.stop();
      await server.close();
    }
  },
);

test("a stack is the sum of what it holds; all groups of a workspace are one list", () => {
  const types = ["RepositoryPermissions", "Deployment", "Group", "Group"].map(
    (name) => `bitbucket:index:${name}`,
  );
  expect([...readRequests([...types, "keycloak:index/realm:Realm", "constructor"])]).toEqual([
    ["repositories", 3],
    ["groups", 1],
  ]);
  expect(writeRequests("keycloak:index/realm:Realm", {}, {})).toBe(0);
});
