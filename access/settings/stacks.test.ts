import * as fs from "node:fs";
import * as path from "node:path";
import { settingsFor } from "../testing/company";
import { renderProblem, renderProblems } from "../problem";
import { parseStackFile } from "./settings";
import { checkStacks, rivalProblems, type Stack } from "./stacks";

const stack = (file: string, environment: string, realm: string, governing: boolean): Stack => {
  const settings = settingsFor(environment, { governing });
  return { file, settings: { ...settings, keycloak: { ...settings.keycloak, realm } } };
};

test("our own stacks do not get in each other's way", () => {
  const folder = path.join(__dirname, "..", "..", "stacks");
  const stacks = fs.readdirSync(folder).map((file) => {
    const read = parseStackFile(fs.readFileSync(path.join(folder, file), "utf8"), file);
    if (!read.ok) throw new Error(renderProblems(read.problems));
    return { file, ...read };
  });
  expect(stacks).toHaveLength(4);
  expect(checkStacks(stacks)).toStrictEqual([]);
});

test("only one governs a workspace", () => {
  const stacks = [
    stack("a", "dev", "one", true),
    stack("b", "prod", "two", true),
    stack("c", "qa", "three", false),
  ];
  expect(checkStacks(stacks).map(renderProblem)).toStrictEqual([
    "b  bitbucket.governing: found the governing of workspace small at https://api.bitbucket.org, which a claims too; let one of them govern, and set governing to false in the other",
  ]);
});

test("another address is another workspace", () => {
  const other = stack("b", "dev", "two", true);
  const elsewhere = {
    ...other.settings,
    bitbucket: { ...other.settings.bitbucket, url: "http://127.0.0.1:7990" },
  };
  expect(checkStacks([stack("a", "dev", "one", true), { file: "b", settings: elsewhere }])).toStrictEqual([]);
});

test("a realm and an environment have one stack each", () => {
  const stacks = [stack("a", "dev", "one", true), stack("b", "dev", "one", false)];
  expect(checkStacks(stacks).map(({ path: setting, found }) => [setting, found])).toStrictEqual([
    [
      "environment",
      "the environment dev of workspace small at https://api.bitbucket.org, which a claims too",
    ],
    ["keycloak.realm", "the realm one at https://keycloak.small.example, which a claims too"],
  ]);
});

test("a stack is held against the other files of its folder; one that cannot be read is a problem itself", () => {
  const text = fs.readFileSync(path.join(__dirname, "..", "..", "stacks/Pulumi.prod.yaml"), "utf8");
  const read = parseStackFile(text, "prod");
  if (!read.ok) throw new Error(renderProblems(read.problems));
  const own = { file: "prod", settings: read.settings };
  const rival = text.replace("environment: prod", "environment: dev").replace("realm: acme", "realm: other");
  expect(rivalProblems(own, [{ file: "prod", text }])).toStrictEqual([]);
  expect(rivalProblems(own, [{ file: "dev", text: rival }]).map(renderProblem)).toStrictEqual([
    "prod  bitbucket.governing: found the governing of workspace acme at https://api.bitbucket.org, which dev claims too; let one of them govern, and set governing to false in the other",
  ]);
  const respelled = rival
    .replace("realm: other", "realm: acme")
    .replace("https://keycloak.acme.example", "https://KEYCLOAK.acme.example:443/");
  expect(rivalProblems(own, [{ file: "dev", text: respelled }]).map(({ found }) => found)).toContain(
    "the realm acme at https://keycloak.acme.example, which dev claims too",
  );
  const broken = rival.replace("governing: true", "governing: maybe");
  expect(
    rivalProblems(own, [{ file: "dev", text: broken }]).map(({ file, path }) => [file, path]),
  ).toStrictEqual([["dev", "config.bitbucket-keycloak:bitbucket.governing"]]);
});
