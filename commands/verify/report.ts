/** What `verify` found, for a person, a script, and a pipeline. */
import { visible } from "@bitbucket-keycloak/output";
import { checkList } from "../frame/checkList";
import { type CheckResult, type Verified } from "../../evidence/reports/verify";

/** A line for each check; one that failed also has what was found and which setting decides it. */
export function renderVerified({
  realm,
  passed,
  failed,
  skipped,
  notApplicable,
  checks,
  seconds,
}: Verified): string {
  const lines = checkList(
    checks.map(({ name, promise, setting, ok, found }) => ({
      mark: ok ? "ok" : "FAIL",
      name,
      text: promise,
      ...(!ok && {
        more: [
          ["found: ", found],
          ["setting:  ", setting],
        ],
      }),
    })),
  );
  const left = [
    ...(skipped.length === 0 ? [] : [`not checked, since it would write: ${skipped.join(", ")}`]),
    ...(notApplicable.length === 0
      ? []
      : [`not applicable, since this stack signs in otherwise: ${notApplicable.join(", ")}`]),
  ];
  const outcome = failed === 0 ? `all ${passed} hold` : `${passed} hold, ${failed} do not`;
  return [realm, ...lines, ...left, `${outcome} (${seconds.toFixed(1)} s)`].join("\n");
}

/** The form that CI systems read: https://github.com/testmoapp/junitxml */
export function renderJunit({ realm, failed, checks, seconds }: Verified): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="verify ${escaped(realm)}" tests="${checks.length}" failures="${failed}" time="${seconds.toFixed(3)}">`,
    ...checks.map(renderCase),
    "</testsuite>",
    "",
  ].join("\n");
}

function renderCase({ name, promise, setting, ok, found, seconds }: CheckResult): string {
  const open = `  <testcase classname="verify" name="${escaped(`${name}: ${promise}`)}" time="${seconds.toFixed(3)}"`;
  return ok
    ? `${open}/>`
    : `${open}><failure message="${escaped(found)}">setting: ${escaped(setting)}</failure></testcase>`;
}

function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot" };
  return visible(text).replace(/[&<>"]/g, (sign) => `&${names[sign] ?? ""};`);
}
