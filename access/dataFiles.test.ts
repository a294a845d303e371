import { dataFileAt, dataPaths, rightsFilesOf, stackFile, stackOfFile } from "./dataFiles";

test("the table of data files", () => {
  expect(dataPaths).toEqual(["access.yaml", "access.lock.yaml", "exceptions.yaml", "stacks"]);
  expect(rightsFilesOf("prod")).toEqual(["access.yaml", "access.lock.yaml", "stacks/Pulumi.prod.yaml"]);
});

test.each([
  ["access.yaml", "every stack", "all of it"],
  ["access.lock.yaml", "every stack", "all of it"],
  ["exceptions.yaml", "every stack", "all of it"],
  ["stacks/Pulumi.prod.yaml", "one stack", "settings"],
  ["stacks/Pulumi.eu-2.test_A.yaml", "one stack", "settings"],
])("%s is data of %s, of which a pull request may change %s", (path, scope, proposable) => {
  expect(dataFileAt(path)).toMatchObject({ scope, proposable });
});

test.each([
  "Pulumi.yaml",
  "index.ts",
  "other/access.yaml",
  "./access.yaml",
  "ACCESS.yaml",
  "stacks",
  "stacks/Pulumi..yaml/x",
  "stacks/Pulumi.yaml",
  "stacks/Pulumi.a/b.yaml",
  "stacks/Pulumi.prod.yml",
  "stacks/../stacks/Pulumi.prod.yaml",
  "stacks/Pulumi.prod.yaml\n",
])("%j is no data", (path) => {
  expect(dataFileAt(path)).toBeUndefined();
});

test("a stack's file names the stack", () => {
  expect([stackFile("prod"), stackOfFile(stackFile("prod")), stackOfFile("access.yaml")]).toEqual([
    "stacks/Pulumi.prod.yaml",
    "prod",
    undefined,
  ]);
});
