// Text from relays and files never reaches a terminal as it is: control characters could move the cursor,
// change colours or the window's title, or turn the reading direction.

/** C0 but tab, DEL, C1, line and paragraph separators, bidirectional controls. */
const UNSAFE =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** JSON for a terminal: what JSON.stringify leaves verbatim but a terminal would obey becomes `\uXXXX`. */
export function sanitizeJson(line: string): string {
  return line.replace(UNSAFE, escapeCharacter);
}

/** A message for people, on one line: line breaks and controls become visible escapes. */
export function sanitizeText(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
