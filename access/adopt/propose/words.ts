/** Words of people, as a file can hold them. */

/** Without what nobody sees. */
export function onOneLine(text: string): string {
  return text
    .replace(/\p{C}+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** On one line, and no longer than Keycloak keeps. */
export function displayable(text: string): string {
  return onOneLine(text.normalize("NFC")).slice(0, 255).trim();
}

/** A name that nobody has yet: itself, or with a number. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}-${number}`;
  return free;
}

/** Why somebody has what they were given directly, until a person decides. */
export const foundAtAdoption = "found at adoption";
