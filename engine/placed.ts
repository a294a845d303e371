/** What is declared, as the stack's state has it: what the last run brought up, whichever component placed it. */
export interface Placed {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

interface Exported {
  readonly deployment: {
    readonly resources?: readonly (Omit<Placed, "name" | "inputs" | "id"> & {
      readonly id?: string;
      readonly inputs?: Placed["inputs"];
    })[];
  };
}

/** Everything that stands for something in one of the two systems. */
export function placedIn(text: string): Placed[] {
  const { resources = [] } = (JSON.parse(text) as Exported).deployment;
  return resources.flatMap(({ urn, type, id, inputs = {} }) => {
    const name = urn.split("::").slice(3).join("::");
    return id !== undefined && /^(keycloak|bitbucket):/.test(type) ? [{ urn, type, name, id, inputs }] : [];
  });
}

export type Entry = Readonly<Record<string, unknown>>;

/** The entries of a list among the inputs; none where it is absent or secret as a whole. */
export function entriesOf({ inputs }: Placed, key: string): readonly Entry[] {
  const list = inputs[key];
  return Array.isArray(list) ? (list as Entry[]) : [];
}

/** A text among the inputs; undefined for a secret. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
