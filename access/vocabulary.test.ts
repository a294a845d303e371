import { environmentOf, meaningOf, stronger, type Capability } from "./vocabulary";

const restricted = (environment: string) => environment === "prod";

test.each<[Capability, unknown]>([
  ["read", { role: "read", permission: "read", merges: false }],
  ["trigger", { role: "trigger", permission: "write", merges: false }],
  ["merge", { role: "merge", permission: "write", merges: true }],
  ["administer", { role: "administer", permission: "admin", merges: false }],
  ["deploy:dev", { role: "deploy", permission: "write", merges: false, environment: "dev" }],
  ["deploy:prod", { role: "deploy", permission: "admin", merges: false, environment: "prod" }],
])("%s means %j", (capability, meaning) => {
  expect(meaningOf(capability, restricted)).toStrictEqual(meaning);
});

test("only a deploy capability has an environment", () => {
  expect((["read", "administer", "deploy:eu-prod"] as const).map(environmentOf)).toStrictEqual([
    undefined,
    undefined,
    "eu-prod",
  ]);
});

test("the stronger of two permissions, in both orders", () => {
  expect([stronger("read", "write"), stronger("admin", "write"), stronger("read", "read")]).toStrictEqual([
    "write",
    "admin",
    "read",
  ]);
});
