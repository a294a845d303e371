/** Bitbucket promises no order, and a program whose inputs come in another order shows changes that are none. */
export function byKey<T>(entries: readonly T[], keyOf: (entry: T) => string): T[] {
  return entries.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}
