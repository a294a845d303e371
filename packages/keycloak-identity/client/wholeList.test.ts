/** Lists are whole however long they are, whoever goes meanwhile, and whatever Keycloak leaves out of a page. */
import { fakeKeycloak, type FakeRealm } from "../testing/keycloak";

const people = (count: number) =>
  Array.from({ length: count }, (_, index) => String(index).padStart(4, "0")).map((number) => ({
    id: `id-${number}`,
    username: `person-${number}`,
  }));

async function membersOf(realm: FakeRealm): Promise<{ names: string[]; requests: number }> {
  const fake = await fakeKeycloak(realm);
  try {
    const members = await fake.admin.members("1");
    return { names: members.map(({ username }) => username), requests: fake.requests().length };
  } finally {
    await fake.close();
  }
}

test.each([
  [0, 1],
  [1, 2],
  [99, 2],
  [100, 2],
  [101, 3],
  [2_000, 22],
])("%d members, in %d requests", async (count, requests) => {
  const users = people(count);
  const names = users.map(({ username }) => username);
  expect(await membersOf({ users, members: { 1: names } })).toEqual({ names, requests });
});

test.each([[[7]], [[0, 50, 99]], [[98, 99, 100, 101]], [[0, 1, 2, 150, 199, 299]]])(
  "those who follow are read all the same where the directory has lost %j",
  async (lost) => {
    const users = people(300);
    const names = users.map(({ username }) => username);
    const gone = new Set(lost.map((index) => names[index] ?? ""));
    const found = await membersOf({ users, members: { 1: names }, lost: gone });
    expect(found.names).toEqual(names.filter((name) => !gone.has(name)));
  },
);

test("nobody is passed over where somebody before them goes while the list is read", async () => {
  const users = people(250);
  const names = users.map(({ username }) => username);
  let asked = 0;
  const before = (path: string) => {
    if (path === "groups/1/members" && ++asked === 2) users.splice(3, 1);
  };
  const { names: found } = await membersOf({ users, members: { 1: names }, before });
  expect(found).toEqual(names.filter((_, index) => index !== 3));
});

test("a list that never holds still is an error, not a part of it", async () => {
  const users = people(900);
  const members = { 1: users.map(({ username }) => username) };
  await expect(membersOf({ users, members, before: () => users.splice(3, 1) })).rejects.toThrow(
    "realm acme: groups/1/members changed each time it was read: run this again",
  );
});

test("a group whose name has a slash is not the group within another", async () => {
  const groups = [
    { id: "1", name: "engineering/payments" },
    { id: "2", name: "engineering" },
    { id: "3", name: "payments", within: "2" },
    ...Array.from({ length: 250 }, (_, index) => ({
      id: `x${index}`,
      name: `payments${index}`,
      within: "2",
    })),
  ];
  const fake = await fakeKeycloak({ users: [], groups });
  const found = await fake.admin.groups();
  await fake.close();
  expect(found).toHaveLength(253);
  expect(found.filter(({ path }) => path === "/engineering/payments").map(({ id }) => id)).toEqual(["3"]);
});
