import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

import { Secret, unknown, type ValueObject } from "./values";
import { fromStruct, toStruct } from "./wire";

const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";
const output = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const sent = (raw: Record<string, unknown>) =>
  fromStruct(Struct.fromJavaScript(raw as Record<string, JavaScriptValue>));

test("secrets and unknowns survive the way there and back, at every depth", () => {
  const values: ValueObject = {
    plain: "text",
    list: [1, true, new Secret("hidden"), { deep: new Secret([unknown, "x"]) }],
    later: unknown,
  };
  expect(fromStruct(toStruct(values))).toEqual(values);
});

test("reads what the engine writes", () => {
  expect(
    sent({
      token: { [signature]: secret, value: "hidden" },
      name: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
      list: "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
      done: { [signature]: output, value: "known", dependencies: [] },
      open: { [signature]: output },
      both: { [signature]: output, secret: true, value: "hidden" },
      nothing: null,
    }),
  ).toEqual({
    token: new Secret("hidden"),
    name: unknown,
    list: unknown,
    done: "known",
    open: unknown,
    both: new Secret("hidden"),
  });
});

test("writes what the engine reads", () => {
  expect(toStruct({ token: new Secret("hidden"), later: unknown }).toJavaScript()).toEqual({
    token: { [signature]: secret, value: "hidden" },
    later: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  });
});

test("refuses files and resources, and says where", () => {
  const asset = { [signature]: "c44067f5952c0a294b673a41bacd8c17", text: "x" };
  expect(() => sent({ list: [{ file: asset }] })).toThrow(
    "property list[0].file is an asset, an archive or a resource; only plain data is allowed here",
  );
});

test("a secret does not print itself", () => {
  expect(`${String(new Secret("hidden"))} ${JSON.stringify({ token: new Secret("hidden") })}`).toBe(
    '[secret] {"token":"[secret]"}',
  );
});
