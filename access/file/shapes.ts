/**
 * The few kinds of schema that our files are made of, each in two tempers.
 *
 * *strict* finds every mistake. *forgiving* finds none: it keeps what is well formed and puts something empty in
 * the place of the rest, so that the checks of meaning can still run on a file with mistakes of form, and a person
 * hears of both at once.
 *
 * By convention the message of each schema is not a sentence but what is *allowed* in its place; `issues.ts` makes
 * a problem of it.
 */
import { z } from "zod";
import { readUntil, untilPattern, untilWords } from "../until";
import { column, type NameRule } from "./nameRules";

export type Temper = "strict" | "forgiving";

/** Makers of schemas in one temper. Their `words` say what is allowed: `a list of grants`. */
export function shapes(temper: Temper) {
  const strict = temper === "strict";

  /** In the forgiving temper, what is wrong becomes `fallback`. */
  function soft<S extends z.ZodType>(schema: S, fallback: z.output<S>): S {
    return strict ? schema : (schema.catch(() => fallback) as unknown as S);
  }

  return {
    soft,

    text: (words: string, longest = Infinity) =>
      soft(strict ? short(readable(z.string(words).min(1, words), words), words, longest) : z.string(), ""),

    /** A name keeps its value in the forgiving temper even if it is illegal: others may refer to it. */
    name: (rule: NameRule) => soft(strict ? keyed(rule) : z.string(), ""),

    /** When something ends: a day, or a moment with its time zone. */
    until: () => soft(strict ? end : z.string(), ""),

    yesNo: (fallback: boolean) => soft(z.boolean("true or false"), fallback),

    /** A whole number up to 100. */
    count: (least: number, words: string) => soft(z.int(words).min(least, words).max(100, words), least),

    choice: <const V extends readonly [string, ...string[]]>(values: V) =>
      soft(z.enum(values, values.join(", ")), values[0] as never),

    list: <S extends z.ZodType>(item: S, words: string) => soft(z.array(item, words), []),

    /** Named things: a map from names to values. */
    named: <S extends z.ZodType>(key: z.ZodString, value: S, words: string) =>
      soft(strict ? z.record(key, value, words) : z.record(z.string(), value), {}),

    /** A map with exactly these keys. */
    map: <S extends z.ZodRawShape>(shape: S, example?: string): z.ZodObject<S, z.core.$strict> => {
      if (strict) return z.strictObject(shape, { error: ({ code }) => mapWords(shape, code, example) });
      const loose = z.object(shape);
      return loose.catch(() => loose.parse({})) as unknown as z.ZodObject<S, z.core.$strict>;
    },
  };
}

const end = z
  .string(untilWords)
  .meta({ pattern: untilPattern.source })
  .check(({ value, issues }) => {
    const read = readUntil(value);
    if (read.ok) return;
    const { allowed, fix = "correct it" } = read;
    issues.push({ code: "custom", input: value, message: allowed, params: { fix } });
  });

/** The keys of a map of named things. */
export function keyed({ pattern, words, longest = column }: NameRule): z.ZodString {
  return short(z.string(words).regex(pattern, words), words, longest);
}

/** By the characters of Java, of which others than the usual ones are two. */
function short(schema: z.ZodString, words: string, longest: number): z.ZodString {
  if (longest === Infinity) return schema;
  return schema.meta({ maxLength: longest }).check(({ value, issues }) => {
    if (value.length <= longest) return;
    const message = `${longest} characters at most: ${words}`;
    issues.push({ code: "too_big", origin: "string", maximum: longest, input: value, message });
  });
}

/** Halves of characters are written as others than they are; PostgreSQL keeps no NUL, and a terminal obeys the rest. */
const unwritable = /[^\P{Cc}\t\n\r]|\p{Cs}/u;

function readable(schema: z.ZodString, words: string): z.ZodString {
  return schema
    .refine((text) => text === "" || /\S/.test(text), words)
    .refine((text) => !unwritable.test(text), `no control characters, and no half ones: ${words}`);
}

function mapWords(shape: z.ZodRawShape, code: string | undefined, example: string | undefined): string {
  const keys = Object.keys(shape).join(", ");
  if (code === "unrecognized_keys") return keys;
  return `a map with the keys ${keys}${example === undefined ? "" : `, as in ${example}`}`;
}
