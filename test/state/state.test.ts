/** URNs are an interface: what a company's state holds is kept by every later version of the program. See README.md. */
import { ComponentResource } from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeBaseline } from "../../access";
import { formerlyWithAll } from "../../components/formerly";
import { registered } from "../../components/testing/placed";
import { replacingInputs } from "./replacing";
import { company, runProgram, shortUrn, type Run } from "./run";
import { losses, storedAfter, type StoredState } from "./stored";

jest.setTimeout(60_000);

const stacks = ["main", "rest", "cloud"] as const;
const file = join(__dirname, "state.json");
const stored = () => JSON.parse(readFileSync(file, "utf8")) as Partial<Record<string, StoredState>>;
const storedOf = (stack: string): StoredState => stored()[stack] ?? { baseline: "", resources: {} };

const runs = new Map<string, Run>();
const runOf = (stack: string) => runs.get(stack)!;
beforeAll(async () => {
  for (const stack of stacks) runs.set(stack, await runProgram(stack));
  if (process.env.BITBUCKET_KEYCLOAK_WRITE_STATE === undefined) return;
  const anew = stacks.map((stack) => [stack, storedAfter(runOf(stack), stored()[stack])]);
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(anew), null, 2)}\n`);
});

describe.each(stacks)("a state of the stack %s that an earlier version has left", (stack) => {
  test("keeps every resource: none is deleted, replaced, made anew, or of another type", () => {
    // Give what moved an alias; or, if the change is meant: README.md says how to write state.json anew.
    expect(losses(runOf(stack), storedOf(stack))).toEqual([]);
  });

  test("has a baseline that is still read, and says what the files say", () => {
    const then = decodeBaseline(storedOf(stack).baseline);
    expect(then?.model.company).toBe("Stored");
    // Exceptions are kept since.
    expect({ ...then, exceptions: [] }).toEqual(decodeBaseline(runOf(stack).baseline));
  });

  test("holds no secret", () => {
    const values = Object.values(storedOf(stack).resources).flatMap((inputs) => Object.values(inputs));
    expect(JSON.stringify(values)).not.toMatch(/"generated"|"secret":/);
  });
});

test("every kind of resource of the three stacks has its inputs that replace it listed", () => {
  const types = [...runs.values()].flatMap(({ resources }) =>
    resources.filter(({ custom }) => custom).map(({ type }) => type),
  );
  expect([...new Set(types)].filter((type) => replacingInputs(type) === undefined)).toEqual([]);
});

describe.each(stacks)("the tree of the stack %s", (stack) => {
  test("has at its root components, providers and the runner's schedules", () => {
    const root = runOf(stack).resources.filter(({ parentUrn }) => parentUrn === "");
    const alone = root.filter(({ custom, type }) => custom && !type.startsWith("pulumi:providers:"));
    expect(alone.map(({ type, name }) => `${type} ${name}`)).toEqual(
      stack === "main"
        ? ["drift", "expire", "rotate"].map((name) => `bitbucket:index:PipelineSchedule ${name}`)
        : [],
    );
  });

  test("has components that all say when they are complete, and none that is empty", () => {
    const { resources } = runOf(stack);
    const components = resources.filter(({ custom }) => !custom);
    expect(components.filter(({ complete }) => !complete)).toEqual([]);
    const parents = new Set(resources.map(({ parentUrn }) => parentUrn));
    const empty = components.filter(({ urn }) => !parents.has(urn)).map(({ type }) => type);
    expect(empty).toEqual([]);
  });
});

test("names come from keys: other texts in another order give the same URNs", async () => {
  const folder = mkdtempSync(join(tmpdir(), "stored "));
  try {
    cpSync(company, folder, { recursive: true });
    const access = join(folder, "access.yaml");
    const text = readFileSync(access, "utf8");
    const changes: readonly (readonly [RegExp, string])[] = [
      [/company: Stored/, "company: Renamed"],
      [/name: Cem Aydin, email: cem@/, "name: Cem Kaya, email: kaya@"],
      [/description: Everybody who builds/, "description: All who build"],
      [/name: First/, "name: The first"],
      [/( {2}ana: .*\n)( {2}ben: .*\n)( {2}cem: .*\n)/, "$3$2$1"],
      [/( {6}api: .*\n)( {6}web: .*\n)/, "$2$1"],
      [/( {2}- \{ team: makers.*\n)( {2}- \{ team: hands.*\n)/, "$2$1"],
    ];
    let changed = text;
    for (const [before, after] of changes) {
      const next = changed.replace(before, after);
      expect(next).not.toBe(changed);
      changed = next;
    }
    writeFileSync(access, changed);
    const { resources } = await runProgram("main", folder);
    expect(losses({ resources, baseline: "" }, storedOf("main"))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("a stored state of a component and its child", () => {
  const type = "random:index/randomPassword:RandomPassword";
  const runWith = async (name: string, options: object, length = 8): Promise<Run> => {
    class Box extends ComponentResource {
      constructor() {
        super("t:index:Box", name, {}, options);
        new random.RandomPassword(`${name}-password`, { length }, { parent: this });
        this.registerOutputs({});
      }
    }
    return { resources: await registered(() => new Box()), baseline: "" };
  };
  const before = async () => storedAfter(await runWith("old", {}), undefined);

  test("is lost by another name", async () => {
    expect(losses(await runWith("new", {}), await before())).toEqual([
      "t:index:Box$random:index/randomPassword:RandomPassword::new-password: is made",
      "t:index:Box$random:index/randomPassword:RandomPassword::old-password: is deleted",
      "t:index:Box::new: is made",
      "t:index:Box::old: is deleted",
    ]);
  });

  test("is kept where the component says what it was called, and stays stored under its first name", async () => {
    const aliased = await runWith("new", formerlyWithAll("old"));
    expect(losses(aliased, await before())).toEqual([]);
    expect(storedAfter(aliased, await before())).toEqual(await before());
  });

  test("is replaced by another input that its provider cannot change", async () => {
    expect(losses(await runWith("old", {}, 9), await before())).toEqual([
      `t:index:Box$${type}::old-password: is replaced, length was 8 and is 9`,
    ]);
  });

  test("becomes something else under an alias of another type", async () => {
    const aliases = [`urn:pulumi:test::bitbucket-keycloak::t:index:Bag::old`];
    const other = { baseline: "", resources: { "t:index:Bag::old": {} } };
    const [first] = losses(await runWith("old", { aliases }), other).filter((line) =>
      line.includes("Bag::old"),
    );
    expect(first).toBe("t:index:Bag::old: becomes a t:index:Box");
  });
});

test("short URNs are without stack and project", () => {
  expect(shortUrn("urn:pulumi:dev::p::a:index:A$b:index:B::x::y")).toBe("a:index:A$b:index:B::x::y");
});
