/**
 * The engine sends properties as protobuf structs, in which secrets, unknowns and outputs are disguised as
 * objects and strings with reserved names. Here the disguises come off and go on again.
 *
 * The reserved names are Pulumi's (https://pulumi-developer-docs.readthedocs.io/latest/docs/architecture/deployment-execution/property-values.html).
 */
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

import { Problem } from "./problem";
import { isList, isObject, Secret, unknown, type Value, type ValueObject } from "./values";

const signature = "4dabf18193072939515e22adb298388d";
const signatures = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  output: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
} as const;

const unknowns = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9", // string, and whatever else has no type
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What the engine sent. Null members count as absent. */
export function fromStruct(struct: Struct | undefined): ValueObject {
  return struct === undefined ? {} : (decode(struct.toJavaScript(), "") as ValueObject);
}

/** What the engine gets. Absent members are left out. */
export function toStruct(value: ValueObject): Struct {
  return Struct.fromJavaScript(encode(value) as Record<string, JavaScriptValue>);
}

function decode(raw: unknown, path: string): Value {
  if (typeof raw === "string") return unknowns.has(raw) ? unknown : raw;
  if (isList(raw)) return raw.map((item, index) => decode(item, `${path}[${index}]`));
  if (!isObject(raw)) return raw as Value;
  if (signature in raw) return decodeSpecial(raw, path);
  const members = Object.entries(raw).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(
    members.map(([key, member]) => [key, decode(member, path === "" ? key : `${path}.${key}`)]),
  );
}

function decodeSpecial(raw: Record<string, unknown>, path: string): Value {
  switch (raw[signature]) {
    case signatures.secret:
      return new Secret(decode(raw.value, path));
    case signatures.output: {
      const value = "value" in raw ? decode(raw.value, path) : unknown;
      return raw.secret === true ? new Secret(value) : value;
    }
    default:
      throw new Problem(
        `property ${path} is an asset, an archive or a resource; only plain data is allowed here`,
      );
  }
}

function encode(value: Value): unknown {
  if (value === unknown) return unknownText;
  if (value instanceof Secret) return { [signature]: signatures.secret, value: encode(value.value) };
  if (isList(value)) return value.map(encode);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => (member as unknown) !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, encode(member)]));
}
