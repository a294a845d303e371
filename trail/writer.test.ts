/** A trail is written whole whatever happens, and whatever is changed in it is found. */
import { spawn } from "node:child_process";
import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { compiled, root } from "../toolchain/places";
import type { NewEntry } from "./entry";
import { missingFrom, readTrail } from "./trail";
import { append, type WriterOptions } from "./writer";

jest.setTimeout(120_000);

const { privateKey } = generateKeyPairSync("ed25519");
const publicKey = createPublicKey(privateKey);
const signed: WriterOptions = { key: privateKey, stack: "prod" };
const keys: readonly KeyObject[] = [publicKey];

const moment = "2026-11-25T12:00:00.000Z";
const entry = (id: string): NewEntry => ({ act: "note", id, at: moment, stack: "prod", says: `grüße ${id}` });

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "audit trail "));
  folder = join(parent, "trail");
});
afterEach(() => {
  rmSync(parent, { recursive: true, force: true });
});

const trail = () => readFileSync(join(folder, "trail.jsonl"));
const head = () => readFileSync(join(folder, "head.json"));
const put = (bytes: Buffer | string) => {
  writeFileSync(join(folder, "trail.jsonl"), bytes);
};
const problems = () => readTrail(folder, { keys }).problems;
const says = () =>
  readTrail(folder, { keys }).entries.map((one) => (one.act === "note" ? one.says : one.act));

test("what is added is read again in its order, as one chain that the head's signature ends", async () => {
  await append(folder, [entry("1")], signed);
  await append(folder, [entry("2"), entry("3")], signed);
  const { entries, problems, notes, head } = readTrail(folder, { keys });
  expect(entries.map(({ id, seq }) => [id, seq])).toEqual([
    ["1", 1],
    ["2", 2],
    ["3", 3],
  ]);
  expect([problems, notes, head?.count, head?.bytes]).toEqual([[], [], 3, trail().length]);
  expect(readdirSync(folder).sort()).toEqual(["head.json", "trail.jsonl"]);
});

test("without a key it says that nothing proves it; with a key of another it says whose it is", async () => {
  await append(folder, [entry("1")], { stack: "prod" });
  expect(readTrail(folder)).toMatchObject({ problems: [], notes: [expect.stringContaining("not signed")] });
  expect(problems()).toEqual(["the head is not signed, though a key is known"]);

  await append(folder, [entry("2")], signed);
  expect(says()).toEqual(["grüße 1", expect.stringContaining("were not signed; from here on"), "grüße 2"]);
  const other = createPublicKey(generateKeyPairSync("ed25519").privateKey);
  expect(readTrail(folder, { keys: [other] }).problems).toEqual([
    expect.stringMatching(/^the head is signed by the key [0-9a-f]{16}, not by [0-9a-f]{16}$/),
  ]);
  expect(readTrail(folder, { keys: [other, publicKey] }).problems).toEqual([]);
  expect(readTrail(folder).notes).toEqual([expect.stringContaining("nobody has said to be the right one")]);
  await expect(append(folder, [entry("3")], { stack: "prod" })).rejects.toThrow(
    "there is no key to go on with",
  );
});

test("a trail that another key has signed is put aside, unless that key is trusted, too", async () => {
  await append(folder, [entry("1")], signed);
  const later = generateKeyPairSync("ed25519").privateKey;
  await append(folder, [entry("2")], { key: later, trusted: keys, stack: "prod" });
  expect(says()).toEqual(["grüße 1", "grüße 2"]);
  await append(folder, [entry("3")], signed);
  expect(says()).toEqual([
    expect.stringMatching(/was not whole: the head is signed by the key \w{16}, not by \w{16}; it is kept/),
    "grüße 3",
  ]);
});

test("an old trail that is put back with its old head is whole in itself; a copy elsewhere shows what is missing", async () => {
  await append(folder, [entry("1")], signed);
  const [old, copy] = [join(parent, "old"), join(parent, "copy")];
  cpSync(folder, old, { recursive: true });
  await append(folder, [entry("2")], signed);
  cpSync(folder, copy, { recursive: true });
  await append(folder, [entry("3")], signed);
  const missing = () => missingFrom(folder, copy, readTrail(copy));
  expect(missing()).toEqual([]);
  cpSync(old, folder, { recursive: true });
  expect([problems(), missing()]).toEqual([
    [],
    [expect.stringMatching(/does not begin with what .*copy holds: 2 entries$/)],
  ]);
});

test("what was collected is added once, however often", async () => {
  await append(folder, [entry("1"), entry("2")], signed);
  expect(await append(folder, [entry("2"), entry("3"), entry("3")], signed)).toHaveLength(1);
  expect(await append(folder, [entry("3")], signed)).toEqual([]);
  expect(readTrail(folder).entries).toHaveLength(3);
});

describe("whatever is changed is found", () => {
  const count = 6;
  let whole: Buffer;
  let ends: number[];
  beforeEach(async () => {
    for (let id = 1; id <= count; id++) await append(folder, [entry(String(id))], signed);
    whole = trail();
    ends = [...whole].flatMap((byte, at) => (byte === 10 ? [at + 1] : []));
    expect([problems(), ends.length]).toEqual([[], count]);
  });
  const lines = () => ends.map((end, index) => whole.subarray(index === 0 ? 0 : ends[index - 1], end));
  const found = (bytes: Buffer | string) => {
    put(bytes);
    return problems().length > 0;
  };

  test("every byte of the trail, set to another value", () => {
    const other = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(other, ([at, by]) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ by;
        return found(bytes);
      }),
      { numRuns: 400 },
    );
    for (let at = 0; at < whole.length; at++) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      if (!found(bytes)) throw new Error(`byte ${at} can be changed`);
    }
  });

  test("every byte of the head", () => {
    const text = head();
    for (let at = 0; at < text.length; at++) {
      const bytes = Buffer.from(text);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(join(folder, "head.json"), bytes);
      if (problems().length === 0) throw new Error(`byte ${at} of the head can be changed`);
    }
  });

  test("every truncation, to each length", () => {
    for (let length = 0; length < whole.length; length++)
      if (!found(whole.subarray(0, length))) throw new Error(`it can be cut to ${length} bytes`);
  });

  test("every line taken out, doubled, moved, or put in", () => {
    const all = lines();
    fc.assert(
      fc.property(fc.nat(count - 1), fc.nat(count - 1), fc.nat(2), (from, to, how) => {
        const changed = [...all];
        const [line = Buffer.alloc(0)] = how === 1 ? [all[from]] : changed.splice(from, 1);
        if (how > 0) changed.splice(to, 0, line);
        const bytes = Buffer.concat(changed);
        return bytes.equals(whole) || found(bytes);
      }),
      { numRuns: 300 },
    );
    expect(found(Buffer.concat([...all, Buffer.from("{}\n")]))).toBe(true);
  });

  test("a chain that was made anew, every hash right, since the head signs another", () => {
    const { entries } = readTrail(folder);
    const elsewhere = join(parent, "elsewhere");
    return append(
      elsewhere,
      entries.slice(0, 3).map(({ id }) => entry(id)),
      { stack: "prod" },
    ).then(() => {
      cpSync(elsewhere, folder, { recursive: true });
      expect(problems()).toEqual(["the head is not signed, though a key is known"]);
    });
  });

  test("the next writer signs nothing of it: it puts the trail aside, and begins another with the news", async () => {
    put(whole.subarray(0, ends[3]));
    await append(folder, [entry("7")], signed);
    expect(says()).toEqual([
      expect.stringMatching(
        /^the trail before this one was not whole: the head tells of \d+ bytes; there are \d+; it is kept in .*damaged-.* \(its head told of 6 entries, the last [0-9a-f]{64}\), and a new one begins here$/,
      ),
      "grüße 7",
    ]);
    const { problems: none, notes } = readTrail(folder, { keys });
    expect([none, notes]).toEqual([[], [expect.stringContaining("a damaged trail was put aside")]]);
  });

  test("a change before the end breaks the chain for good: the next entry does not heal it", async () => {
    const bytes = Buffer.from(whole);
    const at = (ends[1] ?? 0) - 4;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    put(bytes);
    await append(folder, [entry("7")], signed);
    expect(problems()).toEqual(["line 3 does not follow the line before it"]);
  });

  test("what somebody adds at the end is cut off, kept, and told of", async () => {
    put(Buffer.concat([whole, Buffer.from('{"torn')]));
    expect(problems()).toEqual(["the last line is torn: 6 bytes without an end"]);
    await append(folder, [entry("7")], signed);
    expect(says().slice(6)).toEqual([
      expect.stringContaining("6 bytes stood after the last line that the head told of"),
      "grüße 7",
    ]);
    expect(problems()).toEqual([]);
  });
});

describe("a writer that is killed", () => {
  test("at any byte: the next one completes what it had begun, and says where a line was torn", async () => {
    await append(folder, [entry("1")], signed);
    const before = trail();
    const beforeHead = head();
    await append(folder, [entry("2"), entry("3")], signed);
    const after = trail();
    const pending = JSON.stringify({
      form: 1,
      lines: after.subarray(before.length).toString("utf8"),
      head: JSON.parse(head().toString("utf8")) as object,
    });
    for (let length = before.length; length <= after.length; length++) {
      put(after.subarray(0, length));
      writeFileSync(join(folder, "head.json"), beforeHead);
      writeFileSync(join(folder, "pending.json"), pending);
      await append(folder, [entry("4")], signed);
      const ids = readTrail(folder, { keys }).entries.map(({ id }) => id);
      expect([problems(), ids]).toEqual([[], ["1", "2", "3", expect.stringMatching(/^note /), "4"]]);
      const isTorn = length > before.length && length < after.length;
      expect(says()[3]?.includes("was torn")).toBe(isTorn);
      expect(says()[3]).toContain("the last 2 entries before this one were completed");
    }
  });

  test("after the head: nothing was torn, and nothing is said", async () => {
    await append(folder, [entry("1")], signed);
    const pending = {
      form: 1,
      lines: trail().toString("utf8"),
      head: JSON.parse(head().toString("utf8")) as object,
    };
    writeFileSync(join(folder, "pending.json"), JSON.stringify(pending));
    await append(folder, [entry("2")], signed);
    expect([problems(), says()]).toEqual([[], ["grüße 1", "grüße 2"]]);
  });

  test("what was written down by another hand is not added", async () => {
    await append(folder, [entry("1")], signed);
    const elsewhere = join(parent, "elsewhere");
    await append(elsewhere, [entry("x")], { stack: "prod" });
    const lines = readFileSync(join(elsewhere, "trail.jsonl"), "utf8");
    const forged = {
      form: 1,
      lines,
      head: JSON.parse(readFileSync(join(elsewhere, "head.json"), "utf8")) as object,
    };
    writeFileSync(join(folder, "pending.json"), JSON.stringify(forged));
    await append(folder, [entry("2")], signed);
    expect(problems()).toEqual([]);
    expect(says()).toEqual([
      "grüße 1",
      expect.stringContaining("it was not added, and is kept in"),
      "grüße 2",
    ]);
  });
});

/** Adds entries until it is killed, and says each that is in the trail. */
const busy = `
  import { append } from "./trail/writer";
  const [, , folder = "", name = "", most = "0"] = process.argv;
  const work = async () => {
    for (let at = 1; at <= Number(most); at++) {
      const id = name + at;
      await append(folder, [{ act: "note", id, at: "${moment}", stack: "prod", says: "x".repeat(200) }], { stack: "prod" });
      console.log(id);
    }
  };
  void work();
`;

test("two writers at once, and one that is killed again and again: all that was said to be in the trail is, once", async () => {
  const program = join(root, `.audit-writer-${process.pid}.ts`);
  writeFileSync(program, busy);
  const start = (name: string, most: number) => {
    const child = spawn(process.execPath, [compiled, program, folder, name, String(most)], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()));
    const first = new Promise((resolve) => child.stdout.once("data", resolve));
    const end = new Promise((resolve) => child.once("close", resolve));
    return { child, first, end, said: () => text.split("\n").filter((line) => line !== "") };
  };
  try {
    const steady = [start("a", 60), start("b", 60)];
    const killed = [];
    for (let time = 0; time < 4; time++) {
      const victim = start(`k${time}-`, 10_000);
      await victim.first;
      await new Promise((resolve) => setTimeout(resolve, 30 + 41 * time));
      victim.child.kill("SIGKILL");
      await victim.end;
      killed.push(victim);
    }
    await Promise.all(steady.map(({ end }) => end));
    const { entries, problems } = readTrail(folder);
    expect(problems.filter((one) => !one.includes("after those that the head tells of"))).toEqual([]);
    await append(folder, [entry("last")], { stack: "prod" });
    const ids = readTrail(folder).entries.map(({ id }) => id);
    expect([readTrail(folder).problems, new Set(ids).size]).toEqual([[], ids.length]);
    expect(entries.length).toBeGreaterThan(120);
    for (const { said } of [...steady, ...killed]) for (const id of said()) expect(ids).toContain(id);
    expect(steady.map(({ said }) => said().length)).toEqual([60, 60]);
  } finally {
    rmSync(program, { force: true });
  }
});
