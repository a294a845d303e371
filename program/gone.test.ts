import * as pulumi from "@pulumi/pulumi";
import { fakeKeycloak, type Fake } from "@pulumi/keycloak-identity/testing/keycloak";
import { goneIn } from "./gone";

const person = (username: string, previously?: string) => ({
  ...{ username, name: username, email: `${username}@acme.example`, account: `{${username}}` },
  ...(previously !== undefined && { previously }),
});
const agent = { name: "bot", owner: "ben", description: "", account: "{bot}", tokenLife: 300 };
const model = {
  people: [person("ana"), person("ben"), person("cem"), person("dora-novak", "dora")],
  agents: [agent],
};

let keycloak: Fake;
beforeAll(async () => {
  jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  keycloak = await fakeKeycloak({
    users: [
      { id: "1", username: "ana", enabled: true },
      { id: "2", username: "ben", enabled: false },
      { id: "4", username: "dora", enabled: false },
    ],
  });
});
afterAll(() => keycloak.close());

test.each([
  ["who is enabled is there", "{ana}", false],
  ["who is disabled is gone", "{ben}", true],
  ["and so is an agent of theirs", "{bot}", true],
  ["who is not there yet is to come", "{cem}", false],
  ["who is renamed in this run is found by the name of before", "{dora-novak}", true],
  ["nobody answers for another account", "{other}", false],
])("%s", async (_, account, expected) => {
  const gone = goneIn(model, () => keycloak.admin, Promise.resolve());
  expect([await gone(account), await gone(account)]).toEqual([expected, expected]);
});

test("everybody is asked about once", async () => {
  const before = keycloak.requests().length;
  const gone = goneIn(model, () => keycloak.admin, Promise.resolve());
  await Promise.all(["{ben}", "{bot}", "{ben}"].map(gone));
  expect(keycloak.requests().length - before).toBe(1);
});
