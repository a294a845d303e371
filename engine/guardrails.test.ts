import { existsSync, readFileSync } from "node:fs";
import { variable } from "../access/environment";
import type { Engine } from "./engine";
import { guarded } from "./guardrails";

const engine: Engine = { command: "pulumi", cwd: "/", env: {} };
const fileOf = ({ env }: Engine) => env[variable.stateBefore] ?? "";

test("the engine starts while the state is still exported, and the pack gets it whole", async () => {
  let give: (text: string) => void = () => undefined;
  const exported = new Promise<string>((resolve) => (give = resolve));
  const { result } = await guarded(engine, exported, async (at) => {
    expect(existsSync(fileOf(at))).toBe(false);
    give("the state");
    await new Promise((resolve) => setTimeout(resolve, 50));
    return readFileSync(fileOf(at), "utf8");
  });
  expect(result).toBe("the state");
});

test("a state that cannot be exported is what is said, and the pack waits for nothing", async () => {
  let seen: string | undefined;
  const failed = guarded(engine, Promise.reject(new Error("no such stack")), async (at) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    seen = readFileSync(fileOf(at), "utf8");
    throw new Error("the guardrails could not evaluate");
  });
  await expect(failed).rejects.toThrow("no such stack");
  expect(seen).toBe("");
});
