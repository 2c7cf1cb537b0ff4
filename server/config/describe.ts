import type { z } from 'zod';

/** The first thing wrong with a file, as one sentence that names the key: `console.port must be …`. */
export function describeIssue(error: z.ZodError, raw: unknown): string {
  const issue = error.issues[0];
  if (!issue) return 'is not valid.';
  const path = issue.path.map((part) => (typeof part === 'number' ? String(part + 1) : String(part)));
  if (issue.code === 'unrecognized_keys') {
    const key = [...path, issue.keys[0]].join('.');
    return `${key} is not a known key.`;
  }
  const key = path.join('.') || 'the file';
  const found = valueAt(raw, issue.path);
  if (found === undefined) return `${key} is missing.`;
  if (issue.code === 'invalid_type') return `${key} must be ${article(issue.expected)}, not ${show(found)}.`;
  const what = /^(must|needs)/.test(issue.message) ? issue.message : `must be ${plain(issue.message)}`;
  return Array.isArray(found) || typeof found === 'object'
    ? `${key} ${what}.`
    : `${key} ${what}, not ${show(found)}.`;
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let value = raw;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

function show(value: unknown): string {
  if (typeof value === 'string') return `"${value.slice(0, 60)}"`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'a list' : 'a table';
}

/** zod's own words, without its "Invalid …:" in front. */
const plain = (message: string): string => message.replace(/^Invalid [^:]*: (expected )?/, '');

function article(type: string): string {
  switch (type) {
    case 'int':
      return 'a whole number';
    case 'object':
      return 'a table';
    case 'array':
      return 'a list';
    case 'string':
      return 'a text in quotes';
    case 'boolean':
      return 'true or false';
    default:
      return `a ${type}`;
  }
}
