/** Reports that another command wrote, read back: what is in a file may be anything. */
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { findingSchema, type DriftReport } from "../../evidence/reports/drift";
import { parsed } from "../../evidence/manifest";
import { type Verified } from "../../evidence/reports/verify";

const text = z.string();
const verifiedSchema = z.object({
  realm: text,
  at: z.iso.datetime(),
  passed: z.number(),
  failed: z.number(),
  skipped: z.array(text),
  notApplicable: z.array(text).default([]),
  seconds: z.number(),
  checks: z.array(
    z.object({
      name: text,
      promise: text,
      setting: text,
      ok: z.boolean(),
      found: text.default(""),
      seconds: z.number(),
    }),
  ),
});

const driftSchema = z.object({
  stack: text,
  at: z.iso.datetime(),
  verdict: z.enum(["as declared", "drift"]),
  findings: z.array(findingSchema),
  requests: z.number(),
  coverage: z.object({
    parts: z.number(),
    looked: z.number(),
    never: z.number(),
    oldest: text.optional(),
  }),
  notExamined: z.array(text),
});

/** A report of `verify`. @throws Error if there is no such file, or it holds something else */
export function verifiedFile(file: string): Verified {
  return read(file, verifiedSchema, "what npm run verify -- <stack> --json printed");
}

/** A report of `drift` about this stack. @throws Error if there is no such file, or it holds something else */
export function driftFile(file: string, stack: string): DriftReport {
  if (!existsSync(file))
    throw new Error(
      `there is no ${file}: run "npm run drift -- ${stack}" first, or name its report with --drift`,
    );
  const report = read(file, driftSchema, `what npm run drift -- ${stack} --json printed`);
  if (report.stack !== stack) throw new Error(`${file} is about stack ${report.stack}, not about ${stack}`);
  return report;
}

function read<T>(file: string, schema: z.ZodType<T>, allowed: string): T {
  if (!existsSync(file)) throw new Error(`there is no ${file}; allowed: ${allowed}`);
  const result = schema.safeParse(parsed(readFileSync(file, "utf8")));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`${file}: found something else at "${issue?.path.join(".") ?? ""}"; allowed: ${allowed}`);
}
