/** `node toolchain/compiled.cjs test/refusals/main.ts <folder>`: the kinds of refusals of the records of a folder, as a table. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Refusal } from "./record";
import { kindsOf } from "./table";

const [folder = "."] = process.argv.slice(2);
const recorded = readdirSync(folder)
  .filter((name) => name.endsWith(".jsonl"))
  .map((name): [string, Refusal[]] => {
    const lines = readFileSync(join(folder, name), "utf8").split("\n");
    return [
      basename(name, ".jsonl"),
      lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Refusal),
    ];
  });
for (const { system, request, status, said, byHand, tests } of kindsOf(new Map(recorded)))
  console.log(
    `| ${system} | ${request} | ${status} | ${said} | ${byHand ? "by hand" : ""} | ${tests.join(", ")} |`,
  );
