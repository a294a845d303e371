/** What is looked up by name is what has that name, however many similar ones there are. */
import { fakeKeycloak, type Fake } from "../testing/keycloak";
import { clientNamed, userNamed, usersWith } from "./named";

/** `a0b` to `a299b` come before `b` in every answer; `u`, `u0` to `u299` contain one another. */
const names = [
  ...Array.from({ length: 300 }, (_, index) => [`a${index}b`, `u${index}`]).flat(),
  ...["b", "u", "a_b", "ann", "anna", "x.y", "x+y"],
];
const users = [
  ...names.map((username) => ({ id: `id-of-${username}`, username, email: `${username}@acme.example` })),
  { id: "in-capitals", username: "Dora", email: "Dora@Acme.example" },
  { id: "one", username: "twin" },
  { id: "other", username: "Twin" },
];
const clients = ["agent.x", "agent.xy", "agent_x", "Agent.x", "a/b"].map((id) => ({ id, clientId: id }));

let fake: Fake;
beforeAll(async () => {
  fake = await fakeKeycloak({ users, clients });
});
afterAll(() => fake.close());

test.each(["b", "u", "u1", "u10", "u100", "a_b", "ann", "x.y", "x+y", "B", "ANN"])(
  "the user %s is found, by one request",
  async (name) => {
    const asked = fake.requests().length;
    expect((await userNamed(fake.admin, name))?.id).toBe(`id-of-${name.toLowerCase()}`);
    expect(fake.requests()).toHaveLength(asked + 1);
  },
);

test.each(["", "a", "an", "u300", "%", "_", "*", "a%b", '"b"', "b ", "x/y", "../b", "x.", "id:b"])(
  "the user %j is nobody",
  async (name) => {
    expect(await userNamed(fake.admin, name)).toBeUndefined();
    expect(await usersWith(fake.admin, "email", name)).toEqual([]);
  },
);

test("addresses are looked up whole, in any case", async () => {
  const found = await usersWith(fake.admin, "email", "dora@acme.EXAMPLE");
  expect(found.map(({ id }) => id)).toEqual(["in-capitals"]);
});

test("of two whose user names differ in capitals alone neither is taken", async () => {
  await expect(userNamed(fake.admin, "twin")).rejects.toThrow(
    "found 2 that have the user name twin (other, one); allowed: one; rename or remove the others in Keycloak",
  );
});

test.each([
  ["agent.x", "agent.x"],
  ["Agent.x", "Agent.x"],
  ["a/b", "a/b"],
  ["agent", undefined],
  ["agent.%", undefined],
  ["", undefined],
])("the client %j is %j", async (clientId, id) => {
  expect((await clientNamed(fake.admin, clientId))?.id).toBe(id);
});
