import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FirstLooks, firstLooksFor } from "./first-look";
import { createList } from "./owned-list";
import { type OwnedList } from "./owned";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "first-looks-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const hour = 3_600_000;
/** A look of a process of its own, some hours from now. */
const looks = (hours = 0, server = "https://one.example") =>
  new FirstLooks(folder, server, () => hours * hour);

test("the next attempt knows what was there before the first", () => {
  looks().begin("group acme/a", ["x"], true);
  expect([...looks(1).begin("group acme/a", ["x", "y"], true).before]).toEqual(["x"]);
  expect([...looks(2).begin("group acme/a", ["x", "y", "z"], false).before]).toEqual(["x"]);
});

test("a creation that has ended leaves nothing to remember", () => {
  looks().begin("group acme/a", ["x"], true).end();
  expect([...looks(1).begin("group acme/a", ["x", "y"], true).before]).toEqual(["x", "y"]);
});

test("another place, another server and another day are looked at anew", () => {
  looks().begin("group acme/a", [], true);
  expect([...looks(1).begin("group acme/b", ["x"], false).before]).toEqual(["x"]);
  expect([...looks(1, "https://two.example").begin("group acme/a", ["x"], false).before]).toEqual(["x"]);
  expect([...looks(25).begin("group acme/a", ["x"], false).before]).toEqual(["x"]);
});

test("a look that was half written down came before any write", () => {
  looks().begin("group acme/a", [], true);
  const [file = ""] = readdirSync(folder);
  writeFileSync(join(folder, file), '{"at":0,"bef');
  expect([...looks(1).begin("group acme/a", ["x"], true).before]).toEqual(["x"]);
});

test("nothing is written down where nothing will be written, nor for an emulator unasked", () => {
  looks().begin("group acme/a", ["x"], false);
  firstLooksFor("http://127.0.0.1:7990", { XDG_CACHE_HOME: folder }).begin("group acme/a", [], true);
  expect(readdirSync(folder)).toEqual([]);
  firstLooksFor("https://api.bitbucket.org", { XDG_CACHE_HOME: folder }).begin("group acme/a", [], true);
  expect(readdirSync(join(folder, "pulumi-bitbucket/first-looks"))).toHaveLength(1);
});

describe("a list whose creation died", () => {
  /** A list in memory; whoever writes the fatal entry dies, after the write. */
  function listOf(entries: string[], fatal?: string): OwnedList<string, string> {
    return {
      what: "the letters of acme",
      property: "letters",
      keyOf: (entry) => entry.slice(0, 1),
      equal: (one, other) => one === other,
      show: (entry) => entry,
      read: () => Promise.resolve(entries.map((entry) => ({ entry, handle: entry }))),
      add: (entry) => {
        entries.push(entry);
        // Never settles: the process is gone.
        return entry === fatal ? new Promise(() => undefined) : Promise.resolve();
      },
      change: ({ handle }, entry) => Promise.resolve(void entries.splice(entries.indexOf(handle), 1, entry)),
      remove: ({ handle }) => Promise.resolve(void entries.splice(entries.indexOf(handle), 1)),
    };
  }
  const consent = { change: false, how: "", remove: true, flag: "" };
  async function create(list: OwnedList<string, string>, declared: string[]) {
    return createList(list, "acme", declared, await list.read(), consent, looks());
  }

  test("is this stack's own at the next attempt, and what was there before stays adopted", async () => {
    const entries = ["a"];
    void create(listOf(entries, "c"), ["a", "b", "c", "d"]);
    await new Promise(setImmediate);
    expect(entries).toEqual(["a", "b", "c"]);

    const { outputs } = await create(listOf(entries), ["a", "b", "c", "d"]);
    expect(entries).toEqual(["a", "b", "c", "d"]);
    expect({ adopted: outputs.adopted, placed: [...outputs.placed].sort() }).toEqual({
      adopted: ["a"],
      placed: ["b", "c", "d"],
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("may be declared otherwise by then", async () => {
    const entries: string[] = [];
    void create(listOf(entries, "b1"), ["a1", "b1"]);
    await new Promise(setImmediate);

    await create(listOf(entries), ["a2", "c1"]);
    expect(entries.sort()).toEqual(["a2", "c1"]);
  });

  test("does not make somebody else's entries this stack's", async () => {
    const entries = ["x"];
    await expect(create(listOf(entries), ["a"])).rejects.toThrow("x: present x, not declared");
    expect(entries).toEqual(["x"]);
  });
});
