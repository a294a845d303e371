/**
 * `node toolchain/compiled.cjs test/refusals/main.ts <file>…`: what these records of refusals come to, as the table of
 * docs/refusals.md, and the kinds that nobody has judged yet; of those the exit code is 1.
 */
import { readFileSync } from "node:fs";
import { judged, verdicts, type Judgement } from "./judged";
import type { Refusal } from "./record";
import { kindsOf, type Kind } from "./table";

const lines = process.argv.slice(2).flatMap((file) => readFileSync(file, "utf8").split("\n"));
const recorded = lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Refusal);
// What other tests meet is made by them.
const kinds = kindsOf(recorded.filter(({ test }) => test?.startsWith("test/e2e/") ?? true));
const byProgram = kinds.filter(({ byHand }) => !byHand);
const found = new Map<Judgement, Kind[]>();
const unjudged: Kind[] = [];
for (const kind of byProgram) {
  const judgement = judged(kind);
  if (judgement === undefined) unjudged.push(kind);
  else found.set(judgement, [...(found.get(judgement) ?? []), kind]);
}

const unique = <T>(all: readonly T[]) => [...new Set(all)].sort();
console.log(
  `${recorded.length} answers, in end-to-end tests of ${kinds.length} kinds; ${kinds.length - byProgram.length} of them met by tests' own hand alone`,
);
console.log("\n| what | system | answers | kinds | it is |\n| - | - | - | - | - |");
for (const [{ system, verdict, what }, of] of found)
  console.log(
    `| ${what} | ${system} | ${unique(of.map(({ status }) => status)).join(", ")} | ${of.length} | ${verdicts[verdict]} |`,
  );
for (const { system, request, status, said, tests } of unjudged) {
  console.log(`not judged yet: ${system} ${request}: ${status} ${said} (${tests.join(", ")})`);
  process.exitCode = 1;
}
