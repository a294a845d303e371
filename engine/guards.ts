/**
 * What Pulumi would do if it were asked, and what this project promises never happens: secrets in plain text on a
 * screen or in a log, and a protected stack that loses its state. The engine marks secrets, but its debug log, its
 * verbose log, its traces and the providers' own logs print what is sent to a provider, secrets and all.
 *
 * https://www.pulumi.com/docs/support/troubleshooting/#verbose-logging
 */
import { localStack } from "../access/environment";

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws if this command line, or the environment, would print secrets of a stack that is not `local` */
export function refuseToPrintSecrets(
  stack: string | undefined,
  args: readonly string[],
  env: Environment,
): void {
  const culprit = stack === localStack ? undefined : secretsPrintedBy(args, env);
  if (culprit === undefined) return;
  const fix = culprit.startsWith("-") ? "leave it out" : `run "unset ${culprit}"`;
  throw new Error(
    `found ${culprit}, which makes Pulumi or a provider print secrets in plain text; allowed for the stack "${localStack}" only: ${fix}`,
  );
}

/** The argument or variable that makes Pulumi or a provider print secrets; undefined if none does. */
export function secretsPrintedBy(args: readonly string[], env: Environment): string | undefined {
  return args.find((arg, index) => argumentPrints(arg, args[index + 1])) ?? variablesThatPrint(env)[0];
}

/**
 * Refuses to destroy without a preview what is protected. Children that name the realm in `deletedWith` leave the
 * state at once, without a request; only then does the realm refuse, and a second `up` finds everything in its way.
 * With a preview the refusal comes first.
 *
 * @param isProtected what the stack file says
 * @throws with what to do instead
 */
export function refuseBlindDestroy(
  args: readonly string[],
  env: Environment,
  isProtected: () => boolean,
): void {
  const destroys = args.some((arg) => ["destroy", "down", "dn"].includes(arg));
  const isBlind =
    args.some((arg) => isSwitchedOn(arg, "skip-preview") || /^-[ydrjeh]*f/.test(arg)) ||
    ["PULUMI_OPTION_SKIP_PREVIEW", "PULUMI_SKIP_PREVIEW"].some((variable) => isTrue(env[variable] ?? ""));
  if (!destroys || !isBlind || !isProtected()) return;
  throw new Error(
    'found destroy without a preview for a stack whose file says protect: "true", which would lose the state of all that the realm holds before the realm refuses; leave out --skip-preview, or, to end the stack for good, set protect to "false" and run "up" first',
  );
}

/** One argument; letters of switches may stand before its own, as in `-yd` or `-yv9`. */
function argumentPrints(arg: string, next: string | undefined): boolean {
  if (isSwitchedOn(arg, "debug") || /^--(tracing|otel-traces)(=|$)/.test(arg)) return true;
  const [, letter, rest = ""] = /^-[yfrjeh]*([dv])(.*)$/.exec(arg) ?? [];
  if (letter === "d") return !rest.startsWith("=") || isTrue(rest.slice(1));
  const level = letter === "v" ? rest : /^--verbose(.*)$/.exec(arg)?.[1];
  return level !== undefined && isLoud(level === "" ? next : level.replace(/^=/, ""));
}

/** Every option of the CLI is a variable, too: https://www.pulumi.com/docs/iac/cli/environment-variables/ */
function variablesThatPrint(env: Environment): string[] {
  return Object.entries(env).flatMap(([variable, value = ""]) => {
    const prints =
      (variable === "PULUMI_OPTION_DEBUG" && isTrue(value)) ||
      (variable === "PULUMI_OPTION_VERBOSE" && value !== "" && isLoud(value)) ||
      (/^PULUMI_(DEBUG_GRPC|OPTION_TRACING|OPTION_OTEL_TRACES)$/.test(variable) && value !== "") ||
      (/^TF_LOG(_(?!PATH).*)?$/.test(variable) && !["", "OFF"].includes(value.toUpperCase()));
    return prints ? [variable] : [];
  });
}

function isSwitchedOn(arg: string, option: string): boolean {
  return arg === `--${option}` || (arg.startsWith(`--${option}=`) && isTrue(arg.slice(option.length + 3)));
}

/** As Go reads a switch. */
function isTrue(value: string): boolean {
  return ["1", "t", "T", "true", "True", "TRUE"].includes(value);
}

/** Secrets come from level 5 on; Go also reads 0x5 and 1_0. */
function isLoud(level = ""): boolean {
  return !/^[0-4]$/.test(level);
}
