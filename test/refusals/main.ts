/** `node toolchain/compiled.cjs test/refusals/main.ts <file>…`: the kinds of refusals of these records, as a table. */
import { readFileSync } from "node:fs";
import type { Refusal } from "./record";
import { kindsOf } from "./table";

const lines = process.argv.slice(2).flatMap((file) => readFileSync(file, "utf8").split("\n"));
const recorded = lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Refusal);
for (const { system, request, status, said, byHand, tests } of kindsOf(recorded))
  console.log(
    `| ${system} | ${request} | ${status} | ${said} | ${byHand ? "by hand" : ""} | ${tests.join(", ")} |`,
  );
