// The profile of a person: the JSON object in the content of a kind 0 (NIP-01), with the fields of NIP-24. Fields that
// nobody here knows are kept as they were written.
import { jsonMembers, jsonObject } from './json-members.ts';
import { quote } from './quote.ts';

/** The content of a kind 0 is no profile, or a field cannot have that value. */
export class InvalidProfile extends Error {
  override name = 'InvalidProfile';
}

/** The fields of a profile in their order, each value as JSON. */
export type Profile = ReadonlyMap<string, string>;

/**
 * Reads the content of a kind 0. Of a field that stands there twice the last counts. Throws `InvalidProfile`.
 * @example
 * [...parseProfile('{"name":"bob","x":1e999}')] // → [['name', '"bob"'], ['x', '1e999']]
 * parseProfile('bob') // throws the content is no profile: not JSON
 */
export function parseProfile(content: string): Profile {
  try {
    return jsonMembers(content);
  } catch (error) {
    throw new InvalidProfile(`the content is no profile: ${(error as Error).message}`);
  }
}

/**
 * The content of a kind 0 with these fields.
 * @example
 * formatProfile(new Map([['name', '"bob"']])) // → '{"name":"bob"}'
 */
export function formatProfile(profile: Profile): string {
  return jsonObject(profile);
}

/**
 * The text in a field; undefined where there is none, or something else.
 * @example
 * profileText(parseProfile('{"nip05":"bob@example.com","bot":true}'), 'nip05') // → 'bob@example.com'
 * profileText(parseProfile('{"nip05":"bob@example.com","bot":true}'), 'bot') // → undefined
 */
export function profileText(profile: Profile, field: string): string | undefined {
  const value: unknown = JSON.parse(profile.get(field) ?? 'null');
  return typeof value === 'string' ? value : undefined;
}

/**
 * The value of a field as JSON: a text, but for `bot`, which is true or false, and `birthday`, which is an object of
 * numbers (NIP-24). Throws `InvalidProfile`.
 * @example
 * profileValue('name', 'bob') // → '"bob"'
 * profileValue('bot', 'true') // → 'true'
 * profileValue('bot', 'maybe') // throws bot is true or false, not "maybe"
 * profileValue('birthday', '{"year": 1990}') // → '{"year":1990}'
 */
export function profileValue(field: string, text: string): string {
  if (field === 'bot') {
    if (text === 'true' || text === 'false') return text;
    throw new InvalidProfile(`bot is true or false, not ${quote(text)}`);
  }
  return field === 'birthday' ? birthdayOf(text) : JSON.stringify(text);
}

function birthdayOf(text: string): string {
  try {
    const parts = jsonMembers(text);
    const isDate = [...parts].every(([name, value]) => DATE_PARTS.includes(name) && /^\d{1,4}$/.test(value));
    if (isDate) return jsonObject(parts);
  } catch {
    // told below
  }
  throw new InvalidProfile(
    `birthday is an object such as {"year":1990,"month":5,"day":1}, not ${quote(text)}`,
  );
}

const DATE_PARTS = ['year', 'month', 'day'];

/** What is to change in a profile: values as JSON by field, and fields to take out. */
export interface ProfileEdit {
  set: ReadonlyMap<string, string>;
  unset: readonly string[];
}

/**
 * The profile with those changes: a field that was there stays in its place, a new one comes last.
 * @example
 * formatProfile(editedProfile(parseProfile('{"a":1,"b":2}'), { set: new Map([['a', '"x"'], ['c', '3']]), unset: ['b'] })) // → '{"a":"x","c":3}'
 */
export function editedProfile(profile: Profile, { set, unset }: ProfileEdit): Profile {
  const edited = new Map([...profile, ...set]);
  for (const field of unset) edited.delete(field);
  return edited;
}

/**
 * What differs between two profiles, in lines for people: the old value of a field, and the new one.
 * @example
 * profileChanges(parseProfile('{"name":"bob"}'), parseProfile('{"name":"al"}')) // → ['- name: "bob"', '+ name: "al"']
 */
export function profileChanges(before: Profile, after: Profile): string[] {
  const fields = new Set([...before.keys(), ...after.keys()]);
  return [...fields].flatMap(field => {
    const [old, now] = [before.get(field), after.get(field)];
    if (old === now) return [];
    return [
      ...(old === undefined ? [] : [`- ${field}: ${old}`]),
      ...(now === undefined ? [] : [`+ ${field}: ${now}`]),
    ];
  });
}
