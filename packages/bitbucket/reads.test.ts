import { startEngine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import { type RequestFamily, requestFamilyOf } from "./api/budget";
import { bitbucket } from "./provider";
import { readRequests, refreshRequests } from "./reads";
import { startTestServer } from "./testing/world";
import { lives } from "./testing/lives";

test.each(lives.map((life) => [life.type, life] as const))("reading %s", async (type, { lists, first }) => {
  process.env.BITBUCKET_EMAIL = "robot@acme.example";
  process.env.BITBUCKET_API_TOKEN = "ATATT-robot-token";
  const server = await startTestServer();
  for (const [list, items] of Object.entries(lists)) server.lists.set(list, [...items]);
  const engine = await startEngine(bitbucket);
  try {
    await engine.configure({ apiUrl: server.url });
    const held = await engine.create(type, (await engine.check(type, first)).inputs);
    const before = server.log.length;
    await engine.read(type, held.id, held);
    const families = server.log.slice(before).map((line) => requestFamilyOf(line.split(" ")[1] ?? ""));
    const numbers: Partial<Record<RequestFamily, number>> = {};
    for (const family of families) numbers[family] = (numbers[family] ?? 0) + 1;
    expect(readRequests[`bitbucket:index:${type}`]).toEqual(numbers);
  } finally {
    engine.stop();
    await server.close();
  }
});

test("a stack is the sum of what it holds", () => {
  const types = ["RepositoryPermissions", "Deployment", "Group"].map((name) => `bitbucket:index:${name}`);
  expect([...refreshRequests([...types, "keycloak:index/realm:Realm", "constructor"])]).toEqual([
    ["repositories", 3],
    ["groups", 1],
  ]);
});
