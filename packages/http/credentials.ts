/** Credentials come by environment variables, often from files, which end in a line break. Sent with it, each is a wrong one. */

/**
 * What is wrong with variables that hold credentials, as a sentence that names them and never repeats a value.
 *
 * @param variables values by the names of the variables; what is not set is left out, or undefined
 * @returns undefined where all are one line without blanks at its ends
 */
export function malformed(variables: Readonly<Record<string, string | undefined>>): string | undefined {
  const wrong = Object.entries(variables).flatMap(([name, value = ""]) => {
    const found = foundIn(value);
    return found === undefined ? [] : [`${name} has ${found}`];
  });
  if (wrong.length === 0) return undefined;
  return `${wrong.join(", ")}; allowed: one line without blanks at its ends; set it anew ("$(cat FILE)" leaves out the line break that a file ends in)`;
}

function foundIn(value: string): string | undefined {
  const within = value.trim();
  // eslint-disable-next-line no-control-regex -- what no header may hold
  if (/[\u0000-\u001f\u007f]/.test(within)) return "a line break within";
  return within === value ? undefined : "a blank or a line break at an end";
}
