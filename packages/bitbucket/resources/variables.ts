/**
 * What all places of variables have in common. Bitbucket never gives a secured value back, so it is compared by
 * what was sent; the value of a variable appears in no error.
 */
import { z } from "zod";

import { listOf } from "@bitbucket-keycloak/pulumi-plugin/define";
import { type Entry, type OwnedList } from "../owned";

/** https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/ */
const entry = z
  .strictObject({
    key: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "letters, digits and _, not beginning with a digit")
      .meta({ description: "Name of the variable." }),
    value: z.string().meta({
      description: "Its value; secret where the variable is secured.",
      secret: (variable) => variable.secured !== false,
    }),
    secured: z.boolean().default(true).meta({
      description: "Whether Bitbucket hides the value in logs and never gives it back. Default: it does.",
    }),
  })
  .meta({ typeName: "Variable" });

/** As Bitbucket gives it: without the value, where that is secured and not known from the state. */
export type Seen = Omit<z.output<typeof entry>, "value"> & { readonly value?: string | undefined };

const keyOf = ({ key }: Seen) => key;

/** The `variables` input. */
export const variables = listOf(entry, keyOf).meta({ description: "The variables. There are no others." });

interface Item {
  readonly key?: string;
  readonly value?: string;
  readonly secured?: boolean;
  readonly uuid?: string;
}

interface VariableBody {
  readonly key: string;
  readonly value: string;
  readonly secured: boolean;
}

/** What Bitbucket can do with the variables of one place. */
export interface VariableRequests {
  readonly all: () => Promise<readonly Item[]>;
  /** @param find gives what was created, if it was */
  readonly post: (
    body: VariableBody,
    find: () => Promise<object | undefined>,
    secrets: readonly string[],
  ) => Promise<unknown>;
  readonly put: (uuid: string, body: VariableBody, secrets: readonly string[]) => Promise<object | undefined>;
  readonly delete: (uuid: string) => Promise<unknown>;
}

/**
 * The list of one place.
 *
 * @param of names it: `repository acme/payments-api`
 * @param sent what was declared before, by which secured values are compared
 */
export function variableList(
  of: string,
  requests: VariableRequests,
  sent: readonly Seen[],
  wanted: readonly Seen[],
): Omit<OwnedList<Seen, string>, "property"> {
  const before = new Map(sent.map((variable) => [variable.key, variable]));
  const secrets = [...sent, ...wanted].flatMap(({ value }) => value ?? []);
  const read = async () => (await requests.all()).map((item) => fromItem(item, before));
  const put = (uuid: string, declared: Seen) => requests.put(uuid, toBody(declared), secrets);
  return {
    what: `the variables of ${of}`,
    keyOf,
    equal: (declared, present) => declared.secured === present.secured && declared.value === present.value,
    show: ({ secured }) => (secured ? "secured, value not comparable" : "not secured, value not shown"),
    read,
    add: (declared) =>
      requests.post(
        toBody(declared),
        async () => {
          const there = (await read()).find((present) => present.entry.key === declared.key);
          return there && put(there.handle, declared);
        },
        secrets,
      ),
    change: ({ handle }, declared) => put(handle, declared),
    remove: ({ handle }) => requests.delete(handle),
  };
}

function fromItem(
  { key = "", value, secured = false, uuid = "" }: Item,
  sent: ReadonlyMap<string, Seen>,
): Entry<Seen, string> {
  const before = sent.get(key);
  const shown = secured ? (before?.secured === true ? before.value : undefined) : value;
  return { entry: { key, ...(shown !== undefined && { value: shown }), secured }, handle: uuid };
}

function toBody({ key, value = "", secured }: Seen): VariableBody {
  return { key, value, secured };
}
