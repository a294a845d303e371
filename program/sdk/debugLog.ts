/**
 * Pulumi's SDK writes the answer to every registration, secrets in plain text, into the engine's debug log, and
 * `pulumi up --json` prints that log without being asked for it. Imported first, this takes the answers out.
 */
// The module itself: a namespace of `import` may be a copy.
import log = require("@pulumi/pulumi/log");

const { debug } = log;
Object.assign(log, {
  debug: (...[message, ...rest]: Parameters<typeof debug>) => debug(withoutAnswer(message), ...rest),
} satisfies Partial<typeof log>);

/** Everything behind `resp:` is what a plugin answered. */
export function withoutAnswer(message: string): string {
  return message.replace(/\bresp: .*/s, "resp: left out, it may hold secrets");
}
