// The measures of a source: its functions with their lengths, its classes with their fields. Read from the text.
import { closingBracket, codeOnly, lineAt } from './source-text.ts';

export interface CodeSpan {
  /** The line it begins in, from 1. */
  line: number;
  /** Lines from there to its closing brace, both included. */
  lines: number;
}

export interface ClassShape {
  name: string;
  /** Names of the fields of an instance; what is static belongs to no instance. */
  fields: string[];
}

/** Lines of a file as `wc -l` counts them. */
export function lineCount(source: string): number {
  return source.split('\n').length - 1;
}

/** After these words `( … ) {` is a statement, not a function. */
const STATEMENTS = /\b(?:if|for|for\s+await|while|switch|catch|with)\s*$/;

/** Every function, method and arrow function whose body stands in braces. */
export function functionsOf(source: string): CodeSpan[] {
  const code = codeOnly(source);
  const bodies = new Map<number, number>(); // where the body opens → where the function begins
  for (const { index } of code.matchAll(/=>\s*(?=\{)/g)) {
    const open = code.indexOf('{', index);
    if (!isTypeContext(code, index)) bodies.set(open, index);
  }
  for (const { index } of code.matchAll(/\(/g)) {
    if (STATEMENTS.test(code.slice(Math.max(0, index - 12), index))) continue;
    const open = bodyAfter(code, closingBracket(code, index) + 1);
    if (open !== undefined) bodies.set(open, index);
  }
  return [...bodies]
    .map(([open, start]) => {
      const line = lineAt(code, start);
      return { line, lines: lineAt(code, closingBracket(code, open)) - line + 1 };
    })
    .sort((a, b) => a.line - b.line);
}

/** `=> {` in a type: `type F = () => { a: string }`, `f: () => { … };`. Such a type names members, not statements. */
function isTypeContext(code: string, arrow: number): boolean {
  const open = code.indexOf('{', arrow);
  const inside = code.slice(open + 1, closingBracket(code, open)).trim();
  return (
    /^(?:readonly\s+)?\w+\??\s*:\s*[^;]+(?:[;,]|$)/.test(inside) &&
    !/\b(?:return|const|await)\b|[()]/.test(inside)
  );
}

/** Where the body opens of a function whose parameters end before `at`; undefined when there is none. */
function bodyAfter(code: string, at: number): number | undefined {
  let i = skipBlanks(code, at);
  if (code[i] === '{') return i;
  if (code.startsWith('=>', i)) return braceAfterArrow(code, i);
  if (code[i] !== ':') return undefined;
  let operand = true; // whether the type goes on with a name, or a `{` that belongs to it
  for (i++; i < code.length; i++) {
    const next = code[i]!;
    if (/\s/.test(next)) continue;
    if (code.startsWith('=>', i)) return braceAfterArrow(code, i);
    if (next === '{' && !operand) return i;
    if (next === '{' || next === '[' || next === '(') {
      i = closingBracket(code, i);
      operand = false;
    } else if (next === '<') {
      i = closingAngle(code, i);
      operand = false;
    } else if (next === '|' || next === '&') operand = true;
    else if (/[\w$.'"`]/.test(next)) {
      const [word] = /^[\w$.'"`]+/.exec(code.slice(i))!;
      operand = ['is', 'asserts', 'keyof', 'readonly', 'typeof'].includes(word);
      i += word.length - 1;
    } else return undefined;
  }
  return undefined;
}

function braceAfterArrow(code: string, arrow: number): number | undefined {
  const open = skipBlanks(code, arrow + 2);
  return code[open] === '{' && !isTypeContext(code, arrow) ? open : undefined;
}

function closingAngle(code: string, open: number): number {
  let depth = 0;
  for (let i = open; i < code.length; i++) {
    if (code[i] === '<') depth++;
    else if (code[i] === '>' && code[i - 1] !== '=' && --depth === 0) return i;
  }
  return code.length;
}

function skipBlanks(code: string, at: number): number {
  let i = at;
  while (/\s/.test(code[i] ?? '')) i++;
  return i;
}

const MODIFIERS =
  /^(?:(?:public|private|protected|static|readonly|override|declare|abstract|async|get|set|accessor)\s+)*/;

/** Every class with the names of its fields. */
export function classesOf(source: string): ClassShape[] {
  const code = codeOnly(source);
  return [...code.matchAll(/^[ \t]*(?:export )?(?:default )?(?:abstract )?class (\w+)/gm)].map(match => {
    const open = bodyOfClass(code, match.index + match[0].length);
    return { name: match[1]!, fields: fieldsOf(code.slice(open + 1, closingBracket(code, open))) };
  });
}

/** The brace that opens the body, behind the name and what the class extends. */
function bodyOfClass(code: string, at: number): number {
  let i = at;
  while (code[i] !== '{') i = code[i] === '<' ? closingAngle(code, i) + 1 : i + 1;
  return i;
}

function fieldsOf(body: string): string[] {
  const fields: string[] = [];
  for (let i = skipBlanks(body, 0); i < body.length; i = skipBlanks(body, i)) {
    const rest = body.slice(i);
    const [modifiers] = MODIFIERS.exec(rest)!;
    const name = /^\*?\s*(#?[\w$]+|\[[^\]]*\])/.exec(rest.slice(modifiers.length));
    const after = rest.slice(modifiers.length + (name?.[0].length ?? 0)).trimStart();
    if (name && /^(?:[?!]?\s*[:=;])/.test(after) && !/\bstatic\b/.test(modifiers)) fields.push(name[1]!);
    i = endOfMember(body, i);
  }
  return fields;
}

/** Behind the `;` of a field or the `}` of a method. */
function endOfMember(body: string, start: number): number {
  for (let i = start; i < body.length; i++) {
    const next = body[i]!;
    if (next === ';') return i + 1;
    if (next === '(') {
      const isMethod = !/[=:]/.test(body.slice(start, i));
      const open = isMethod ? bodyAfter(body, closingBracket(body, i) + 1) : undefined;
      if (open !== undefined) return closingBracket(body, open) + 1;
      i = closingBracket(body, i);
    } else if (next === '[') i = closingBracket(body, i);
    else if (next === '{') {
      i = closingBracket(body, i);
      if (/^\s*static\s*$/.test(body.slice(start, body.indexOf('{', start)))) return i + 1;
    }
  }
  return body.length;
}
