// How an offending value is shown inside an error message: as JSON, on one line, and short.

/**
 * `value` as JSON for an error message, cut to `max` characters. Control characters come out escaped,
 * so text from a relay or a file cannot steer a terminal.
 * @example
 * quote('a\nb') // → '"a\\nb"'
 * quote('x'.repeat(9), 6) // → '"xxxxx…'
 */
export function quote(value: unknown, max = 80): string {
  let text: string;
  try {
    text =
      typeof value === 'string'
        ? JSON.stringify(value.slice(0, max + 1))
        : (JSON.stringify(value) ?? String(value));
  } catch {
    text = typeof value; // nested too deeply for JSON.stringify
  }
  const safe = text.replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return safe.length <= max ? safe : `${safe.slice(0, max)}…`;
}
