import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { variable } from "../access/environment";
import { readContext } from "./context";

const folder = mkdtempSync(join(tmpdir(), "context-"));
const stack = "urn:pulumi:local::bitbucket-keycloak::pulumi:pulumi:Stack::bitbucket-keycloak-local";
const envWith = (file: string) => ({ ...process.env, [variable.stateBefore]: file });

test("a state that comes a little later is waited for", () => {
  const file = join(folder, "before.json");
  const state = JSON.stringify({ version: 3, deployment: { resources: [] } });
  spawn(process.execPath, [
    "-e",
    `setTimeout(() => require("fs").writeFileSync(${JSON.stringify(file)}, ${JSON.stringify(state)}), 200)`,
  ]);
  expect(readContext(stack, envWith(file)).before?.resources.size).toBe(0);
});

test("where no state could be had, nothing is evaluated", () => {
  const file = join(folder, "empty.json");
  writeFileSync(file, "");
  expect(() => readContext(stack, envWith(file))).toThrow("could not be read, so nothing can be evaluated");
});
