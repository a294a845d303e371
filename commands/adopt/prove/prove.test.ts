/** What a proof says: of a plan of the engine, and of rights. */
import type { EngineStep } from "../../../engine/steps";
import { planOf } from "./plan";
import { proofText } from "./text";

const urn = (type: string, name: string) => `urn:pulumi:prod::bitbucket-keycloak::${type}::${name}`;
const step = (op: string, type: string, name: string, diff?: Record<string, unknown>): EngineStep => {
  const state = { type, custom: type !== "bitbucket-keycloak:index:Teams", id: op === "create" ? "" : "id" };
  return {
    op,
    urn: urn(type, name),
    ...(op !== "create" && { oldState: state }),
    ...(!op.startsWith("delete") && { newState: state }),
    ...(diff && { detailedDiff: diff }),
  };
};
const group = "bitbucket:index:Group";
const holders = "bitbucket:index:ProjectPermissions";
const client = "keycloak:openid/client:Client";

const state = [
  { urn: urn(group, "web"), retainOnDelete: true },
  { urn: urn(holders, "PAY"), retainOnDelete: true },
  { urn: urn(holders, "OPS"), retainOnDelete: true },
  { urn: urn(client, "old") },
];

test("what was taken and would change or go is named with what of it; what is made is counted by type", () => {
  const steps = [
    step("create", "pulumi:providers:bitbucket", "default"),
    step("create", "bitbucket-keycloak:index:Teams", "teams"),
    step("same", group, "web"),
    step("update", holders, "PAY", { "holders[0].permission": {}, "holders[1]": {} }),
    step("delete", holders, "OPS"),
    step("update", client, "old", { name: {} }),
    step("create", client, "one"),
    step("create", client, "two"),
    step("create", group, "new"),
  ];
  expect(planOf(steps, state)).toEqual({
    taken: 3,
    changed: [
      { op: "update", type: holders, name: "PAY", properties: ["holders"] },
      { op: "delete", type: holders, name: "OPS", properties: [] },
    ],
    others: [{ op: "update", type: client, name: "old", properties: ["name"] }],
    added: { [group]: 1, [client]: 2 },
  });
});

test("said to people: proved, with figures; or each change and each difference", () => {
  const rights = { differences: [], compared: 21_044, people: 380, unread: [] };
  const plan = { taken: 512, changed: [], others: [], added: { [client]: 2 } };
  expect(proofText({ stack: "prod", verdict: "proved", plan, rights, unread: [] })).toMatchInlineSnapshot(`
    "taken: 512 resources; the next deploy changes and deletes none of them

    it would make:
      keycloak:openid/client:Client 2

    compared: 21,044 rights of 380 people; by the file all are what they are by Bitbucket's own answer

    proved; next: npm run deploy -- prod"
  `);
  const changed = [{ op: "update", type: holders, name: "PAY", properties: ["holders"] }];
  const difference = {
    account: "{1}",
    name: "Ana",
    target: "PAY/api",
    now: "admin",
    then: undefined,
  } as const;
  expect(
    proofText({
      stack: "prod",
      verdict: "not proved",
      plan: { ...plan, taken: 1, changed },
      rights: { differences: [difference], compared: 1, people: 1, unread: ["PAY/lost"] },
      unread: ["cannot read the permissions of groups on repository acme/lost"],
    }),
  ).toMatchInlineSnapshot(`
    "taken: 1 resource; the next deploy would change or delete 1:
      update bitbucket:index:ProjectPermissions PAY: holders

    it would make:
      keycloak:openid/client:Client 2

    compared: 1 right of 1 person; 1 would be others:
      Ana ({1}) on PAY/api: admin now, nothing by the file

    could not be compared, since it was not read:
      PAY/lost

    the look could not read:
      cannot read the permissions of groups on repository acme/lost

    not proved"
  `);
});
