// Makes text from relays and files safe for a terminal: control characters could move the cursor, change colours or
// the window title, or reverse the reading direction.

/** C0 without tab, DEL, C1, line and paragraph separators, bidirectional controls. */
const UNSAFE =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** JSON for a terminal: control characters that JSON.stringify does not escape become `\uXXXX`. */
export function sanitizeJson(line: string): string {
  return line.replace(UNSAFE, escapeCharacter);
}

/** A message on one line: line breaks and control characters become visible escapes. */
export function sanitizeText(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
