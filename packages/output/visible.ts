/**
 * Makes seen what a text would do without being seen. Names, reasons and messages are written by others: a control
 * character moves the cursor of a terminal, a mark of direction turns the line that an approver reads, and one without
 * width makes two names of one.
 */

/** Control characters, those of format and direction, those without width, separators of lines, and halves of a character. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * One line: each unseen character as its code, `\u202e`; line breaks and tabs as one blank.
 *
 * @example visible("a\u202eb\nc") // "a\\u202eb c"
 */
export function visible(text: string): string {
  return text
    .trim()
    .replace(/[\t\n\r]+/g, " ")
    .replace(unseen, codeOf);
}

/** The same for a text of several lines, whose line breaks and tabs are those of whoever wrote it here. */
export function visibleLines(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(unseen, (one) => (/[\n\t]/.test(one) ? one : codeOf(one)));
}

/**
 * The same for a cell that is read again: every unseen character as its code, line breaks too, and a backslash before
 * what looks like one. {@link uncoded} undoes it.
 */
export function coded(text: string): string {
  return text.replace(/\\(?=u[0-9a-f]{4})/g, codeOf).replace(unseen, codeOf);
}

/** What {@link coded} was given. */
export function uncoded(text: string): string {
  return text.replace(/\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** A value as JSON that means the same, and holds no unseen character. */
export function jsonText(value: unknown, indent?: number): string {
  // In JSON such characters stand in strings alone, where their codes mean them.
  return visibleLines(JSON.stringify(value, undefined, indent));
}

/** As JSON has it: a character beyond the first 65,536 is two codes. */
function codeOf(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
