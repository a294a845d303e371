/** What a hook is handed. */
import * as pulumi from "@pulumi/pulumi";

/** The value of a hook's input: a secret one is an output. */
export function settled<T>(value: unknown): Promise<T> {
  return new Promise((resolve) => {
    pulumi.output(value as pulumi.Input<T>).apply((known) => {
      resolve(known as T);
    });
  });
}
