import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../toolchain/places";
import { commands } from "./all";
import { start } from "./frame/program";

const paths = commands.flatMap(({ name, subcommands = [] }) => [
  [name],
  ...subcommands.map((sub) => [name, sub.name]),
]);

afterEach(() => jest.restoreAllMocks());

test("the help of all commands", async () => {
  process.stdout.isTTY = false;
  const said: string[] = [];
  jest.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
  for (const [name = "", ...sub] of [["--help"], ...paths]) {
    // What hands all words on has no --help of its own.
    const words = sub.length > 0 ? [name, ...sub, "--help"] : name === "--help" ? [name] : ["help", name];
    expect(await start(commands, words, {})).toBe(0);
  }
  expect(said.join("\n")).toMatchSnapshot();
});

test.each(commands)("npm run $name starts the command; its guide is there", ({ name, guide }) => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  expect(scripts[name]).toBe(`node toolchain/run.mjs ${name}`);
  expect(existsSync(join(root, guide?.split("#")[0] ?? ""))).toBe(true);
});
