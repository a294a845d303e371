import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../toolchain/places";
import { limitsIn } from "./limits";

test("rows and points, whole and without marks; how the emulator chose is left out", () => {
  const text = `# Limits

| what                          | where |
| ----------------------------- | ----- |
| *new* \`things\` of a workspace | –     |

- One that goes
  over two lines.
- snake_case stays.

## Where the emulator had to choose

- Not this.
`;
  expect(limitsIn(text)).toEqual([
    "new things of a workspace",
    "One that goes over two lines.",
    "snake_case stays.",
  ]);
});

test("our own page has what nobody can see", () => {
  const own = limitsIn(readFileSync(join(root, "docs/limits.md"), "utf8"));
  expect(own[0]).toBe("the branches that may deploy to an environment");
  expect(own.length).toBeGreaterThan(15);
  expect(own.filter((line) => line.includes("429"))).toEqual([]);
});
