/**
 * What a read brings is plain and in the service's order. What lies in the state is marked (secrets) and in the
 * order of the program. Unless the first is laid over the second, every refresh shows changes that are none, and
 * loses the mark of a secret that the program, not the definition, made one.
 */
import { identity } from "./diff";
import type { Properties, PropertyType } from "./properties";
import { isList, isObject, reveal, Secret } from "./values";
import type { Value, ValueObject } from "./values";

/** The values that were found, in the order of those in the state and with their secret marks. */
export function align(properties: Properties, found: ValueObject, known: ValueObject): ValueObject {
  return Object.fromEntries(
    Object.entries(found).map(([name, value]) => [
      name,
      alignValue(properties[name]?.type, value, known[name]),
    ]),
  );
}

function alignValue(type: PropertyType | undefined, found: Value, known: Value | undefined): Value {
  if (known instanceof Secret) return new Secret(alignValue(type, found, known.value));
  if (type?.kind === "list" && isList(found) && isList(known)) {
    return alignList(type, found, known);
  }
  if (type?.kind === "object" && isObject(found) && isObject(known)) {
    return align(type.properties, found, known);
  }
  return found;
}

function alignList(
  type: PropertyType & { kind: "list" },
  found: readonly Value[],
  known: readonly Value[],
): readonly Value[] {
  if (type.keyOf === undefined) return found.map((item, index) => alignValue(type.items, item, known[index]));
  const order = new Map(known.map((entry, index) => [identity(type, reveal(entry)), index]));
  const place = (entry: Value) => order.get(identity(type, entry)) ?? known.length;
  return found
    .toSorted((one, other) => place(one) - place(other))
    .map((entry) => alignValue(type.items, entry, known[place(entry)]));
}
