/** The page of all checks of `access.yaml`, from the checks themselves. */
import { checks } from "../access/checks";
import type { Check, Example } from "../access/checks/check";
import { smallCompany } from "../access/checks/company";
import { rules } from "../policy/rules";

/** Markdown of `docs/reference/checks.md`. */
export function checksPage(): string {
  return [
    "# Checks of access.yaml",
    "Written by `npm run docs` from the checks in `access/checks/`.",
    "Every check runs on the whole file, and all that is found comes together, before anything is changed. Each line ends with the name of the check that found it; a line without a name is about the form of the file, which `access/access.schema.json` describes. A warning is printed and refuses nothing. A check with a control is a [guardrail](../guide/guardrails.md) of the same name, too.",
    table(),
    "What an example leaves out is as in [the file of the examples](#the-file-of-the-examples).",
    ...checks.map(section),
    "## The file of the examples",
    fenced("yaml", smallCompany.trimEnd()),
  ]
    .map((block) => `${block}\n`)
    .join("\n");
}

function table(): string {
  const rows = checks.map(({ name, says, level }) => {
    const controls = rules.find((rule) => rule.name === name)?.controls ?? [];
    return `| [\`${name}\`](#${name}) | ${says} | ${level} | ${controls.join("; ")} |`;
  });
  return ["| check | what holds | level | control |", "|---|---|---|---|", ...rows].join("\n");
}

function section({ name, says, level, examples: { good, bad } }: Check): string {
  const found = bad.found.map((line) => `access.yaml:${line} [${name}]`);
  return [
    `## ${name}`,
    `${says.charAt(0).toUpperCase()}${says.slice(1)}.`,
    `${level === "problem" ? "Refused" : "Warned of"}${under(bad)}:`,
    fenced("yaml", bad.text),
    fenced("text", found.join("\n")),
    `Fine${under(good)}:`,
    fenced("yaml", good.text),
  ].join("\n\n");
}

function under({ settings }: Example): string {
  const lines = Object.entries(settings ?? {}).map(([key, value]) => `\`${key}: ${value}\``);
  return lines.length === 0 ? "" : `, where the stack file says ${lines.join(" and ")}`;
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
