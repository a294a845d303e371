/**
 * One run previews several environments, and each may have a Keycloak of its own. A variable with a stack's name before
 * it is that stack's alone: `PROD_KEYCLOAK_CLIENT_SECRET` goes before `KEYCLOAK_CLIENT_SECRET` for the stack `prod`.
 */
import { variables } from "../../access/environment";

type Environment = Readonly<Record<string, string | undefined>>;

const credentials = variables.filter(({ kind }) => kind === "credential").map(({ name }) => name);
/** Ours, those of Keycloak's provider, and what keeps and encrypts the state. */
const own = new RegExp(
  `^(${credentials.join("|")}|KEYCLOAK_\\w+|PULUMI_CONFIG_PASSPHRASE|AWS_\\w+|AZURE_\\w+|GOOGLE_\\w+)$`,
);

/** The environment of one stack: its own variables under their plain names, those of the other stacks gone. */
export function environmentOf(stack: string, stacks: readonly string[], env: Environment): NodeJS.ProcessEnv {
  const entries = Object.entries(env).map(([name, value]) => {
    for (const one of stacks) {
      const prefix = `${one.toUpperCase().replace(/[^A-Z0-9]/g, "_")}_`;
      const plain = name.startsWith(prefix) ? name.slice(prefix.length) : "";
      if (own.test(plain)) return { name: plain, value, of: one };
    }
    return { name, value, of: undefined };
  });
  const common = entries.filter(({ of }) => of === undefined);
  const special = entries.filter(({ of }) => of === stack);
  return Object.fromEntries([...common, ...special].map(({ name, value }) => [name, value]));
}
