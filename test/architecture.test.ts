import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../toolchain/places";

interface Rule {
  readonly name: string;
  readonly comment: string;
}

// eslint-disable-next-line @typescript-eslint/no-require-imports
const { forbidden } = require("../.dependency-cruiser.cjs") as { forbidden: readonly Rule[] };

test("the table of rooms says what the linter keeps", () => {
  const page = readFileSync(join(root, "docs/architecture.md"), "utf8");
  const [, from = ""] = page.split("<!-- rooms: kept by test/architecture.test.ts -->");
  const rows = [...(from.split("\n- ")[0] ?? "").matchAll(/^\| `(\w+)` +\|.*\| (.+?) +\|$/gm)];
  const said = rows.map(([, room = "", uses = ""]) => [
    room,
    [...uses.matchAll(/`(\w+)`/g)].map(([, one]) => one),
  ]);

  const kept = forbidden.flatMap(({ name, comment }) => {
    const [, room = "", uses = ""] = /^(\w+) may use (.*), and nothing else of ours$/.exec(comment) ?? [];
    return name === `${room}-uses` ? [[room, uses.split(", ").filter((one) => !below.includes(one))]] : [];
  });
  const alone = ["access", ["packages", "output"]];
  expect(said).toEqual(kept.map((one) => (one[0] === "access" ? alone : one)));
});

/** What every room may use. */
const below = ["access", "packages", "packages/output"];
