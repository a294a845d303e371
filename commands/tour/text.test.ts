import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../all";
import { stepsAt } from "./steps";
import { introductionOf, lineOf, listOf } from "./text";

const steps = stepsAt(new Date("2026-12-01T12:00:00Z"));

test("a step says its title, what it will do, and how, before it does it", () => {
  const step = steps.find(({ name }) => name === "request");
  expect(introductionOf(step!, 3, steps.length)).toBe(`
── 3 of 9: Ask for the right ──
The company keeps access.yaml in its repository acme/identity; what this checkout says otherwise goes there first.
Then the right is asked for by a pull request, until a day.

  · a pull request in identity: access.yaml as in the checkout
  · ivo approves, ben merges; access.yaml here becomes that of identity
  · npm run -s request -- --for storefront --can trigger --on PAY/payments-api --until 2026-12-31 --reason "The shop is tested against it" --stack local --repository acme/identity
`);
});

test("the list says what is done, and how far a step is that was left", () => {
  expect(listOf(steps.slice(0, 3), { start: 1, wall: 1 }).split("\n")).toEqual([
    "start    done     Bring the sample company up",
    "wall     1 of 2   Hit the wall, and ask why",
    "request           Ask for the right",
  ]);
});

test("every command of the tour is one that there is; the guide names every step in its order", () => {
  const known = commands.map(({ name }) => name);
  const used = steps.flatMap(({ actions }) =>
    actions.flatMap((action) => (action.kind === "run" ? [action.words[0] ?? ""] : [])),
  );
  expect([...new Set(used)].filter((name) => !known.includes(name))).toEqual([]);
  const guide = readFileSync(join(__dirname, "../../docs/guide/tour.md"), "utf8");
  const named = [...guide.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
  expect(named).toEqual(steps.map(({ name }) => name));
});

test("a command alone has no dashes behind it", () => {
  expect(lineOf({ kind: "run", words: ["local"] })).toBe("npm run -s local");
});
