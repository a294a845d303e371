import { match, type MatchingArgs } from "./matching";
import type { RealmPerson } from "./membership";

const person = (username: string, more: Partial<RealmPerson> = {}): RealmPerson => ({
  id: `id-${username}`,
  username,
  email: `${username}@acme.example`,
  emailVerified: true,
  enabled: true,
  ...more,
});
const members: Record<string, string> = { "dora@acme.example": "{dora}", "emil@acme.example": "{emil}" };

/** Matches, and says who was asked for. */
async function matched(args: Partial<MatchingArgs>) {
  const asked: string[] = [];
  const result = await match({
    people: [person("dora")],
    named: new Map(),
    pins: new Map(),
    repin: [],
    moves: () => false,
    ask: (email) => {
      asked.push(email);
      return Promise.resolve(members[email]);
    },
    ...args,
  });
  return { ...result, asked };
}
const pinned = (account: string, email = "dora@acme.example") => new Map([["id-dora", { account, email }]]);

test("who is new is asked for once, and remembered", async () => {
  const { accounts, pins, asked } = await matched({});
  expect([accounts.get("dora"), asked]).toEqual(["{dora}", ["dora@acme.example"]]);
  expect(pins).toEqual(pinned("{dora}"));
});

test("who is known and stays where they are is not asked for", async () => {
  const { accounts, asked } = await matched({ pins: pinned("{dora}") });
  expect([accounts.get("dora"), asked]).toEqual(["{dora}", []]);
});

test("an address that is somebody else's now stops whoever is about to get a right", async () => {
  const stays = await matched({ pins: pinned("{old}") });
  expect([stays.accounts.get("dora"), stays.stopped.size]).toEqual(["{old}", 0]);
  const moves = await matched({ pins: pinned("{old}"), moves: () => true });
  expect(moves.stopped.get("dora")).toContain(
    "was matched with the Bitbucket account {old}, and it would be {dora} now",
  );
  expect(moves.pins).toEqual(pinned("{old}"));
});

test("a new address is remembered if it is the same account's, and stops the person if not", async () => {
  const same = await matched({ pins: pinned("{dora}", "old@acme.example") });
  expect([same.pins, same.stopped.size]).toEqual([pinned("{dora}"), 0]);
  const other = await matched({ pins: pinned("{zoe}", "old@acme.example") });
  expect(other.stopped.has("dora")).toBe(true);
  const none = await matched({ people: [person("dora", { email: "x@y.example" })], pins: pinned("{dora}") });
  expect(none.stopped.get("dora")).toContain("no member of the workspace has x@y.example now");
});

test("so does another account in access.yaml, until somebody has looked", async () => {
  const named = new Map([["dora", "{named}"]]);
  expect((await matched({ named, pins: pinned("{dora}") })).stopped.has("dora")).toBe(true);
  const looked = await matched({ named, pins: pinned("{dora}"), repin: ["dora"] });
  expect([looked.accounts.get("dora"), looked.stopped.size, looked.asked]).toEqual(["{named}", 0, []]);
});

test("an account of two people is nobody's", async () => {
  const two = [person("dora"), person("emil")];
  const { stopped, pins } = await matched({ people: two, named: new Map([["emil", "{dora}"]]) });
  expect([...stopped.keys()]).toEqual(["dora", "emil"]);
  expect(pins.size).toBe(0);
});

test("who is disabled keeps the account by which they are taken out", async () => {
  const gone = [person("dora", { enabled: false })];
  const { accounts, asked } = await matched({ people: gone, pins: pinned("{dora}"), moves: () => true });
  expect([accounts.get("dora"), asked]).toEqual(["{dora}", []]);
});

describe("an address that nobody has proved is theirs", () => {
  const unproved = [person("dora", { emailVerified: false })];

  test("matches nobody, and is not asked for", async () => {
    const { accounts, pins, stopped, asked } = await matched({ people: unproved, moves: () => true });
    expect([accounts.size, pins.size, stopped.size, asked]).toEqual([0, 0, 0, []]);
  });

  test("does not move a person who was matched by another address", async () => {
    const known = pinned("{zoe}", "old@acme.example");
    const { accounts, pins, stopped, asked } = await matched({ people: unproved, pins: known });
    expect([accounts.get("dora"), pins, stopped.has("dora"), asked]).toEqual(["{zoe}", known, true, []]);
  });

  test("leaves the account that access.yaml names", async () => {
    const named = new Map([["dora", "{named}"]]);
    const { accounts, asked } = await matched({ people: unproved, named });
    expect([accounts.get("dora"), asked]).toEqual(["{named}", []]);
  });
});

test("an empty address matches nobody, verified or not", async () => {
  const { accounts, asked } = await matched({ people: [person("dora", { email: "" })] });
  expect([accounts.size, asked]).toEqual([0, []]);
});
