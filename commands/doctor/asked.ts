/**
 * What a question came to. A question that rests on another is not asked where that has no answer, and then says so: what
 * nobody knows never passes for well.
 */
export type Asked<T> =
  /** The answer. */
  | { readonly is: T }
  /** What is wrong with what was asked; `fix`: where it is known best, what to do. */
  | { readonly problem: string; readonly fix?: string }
  /** Why it could not be asked, or was not answered. */
  | { readonly unknown: string };

export const is = <T>(answer: T): Asked<T> => ({ is: answer });

/** Asks; what is thrown is what is wrong. */
export async function ask<T>(question: () => T | Promise<T>): Promise<Asked<T>> {
  try {
    return is(await question());
  } catch (thrown) {
    return { problem: messageOf(thrown) };
  }
}

/** Asks, but where something else is wrong: then nobody knows. @param why as in {@link after} */
export async function unlessWrong<T>(
  other: Asked<unknown>,
  why: string,
  question: () => T | Promise<T>,
): Promise<Asked<T>> {
  return "problem" in other ? { unknown: why } : ask(question);
}

/** Asks something that is wrong for a reason which another question tells: what is thrown is why nobody knows. */
export async function know<T>(question: () => T | Promise<T>): Promise<Asked<T>> {
  try {
    return is(await question());
  } catch (thrown) {
    return { unknown: messageOf(thrown) };
  }
}

/**
 * Asks what rests on another answer.
 *
 * @param why nobody knows where that is not there. Example: `Keycloak does not answer`
 */
export async function after<A, T>(
  first: Asked<A>,
  why: string,
  next: (answer: A) => Asked<T> | Promise<Asked<T>>,
): Promise<Asked<T>> {
  if ("is" in first) return next(first.is);
  return { unknown: "problem" in first ? why : first.unknown };
}

/** Goes on with an answer; where there is none, what is wrong is wrong with this, too. */
export async function go<A, T>(
  first: Asked<A>,
  next: (answer: A) => Asked<T> | Promise<Asked<T>>,
): Promise<Asked<T>> {
  return "is" in first ? next(first.is) : first;
}

/** The first, once the other is there as well. @param why as in {@link after} */
export function given<A>(first: Asked<A>, other: Asked<unknown>, why: string): Asked<A> {
  if (!("is" in first) || "is" in other) return first;
  return { unknown: "problem" in other ? why : other.unknown };
}

const messageOf = (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown));
