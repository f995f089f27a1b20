import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PAGES } from '../../../scripts/docs.ts';
import { FAULTS } from '../../../src-shared/ipc/views.ts';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const pages = [...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`), ...decisions()].filter((path) =>
  path.endsWith('.md'),
);

describe('pages made from the code', () => {
  it.each(Object.entries(PAGES))('%s is what `node scripts/docs.ts` makes', (path, make) => {
    expect(read(path)).toBe(make());
  });
});

describe('pages written by hand', () => {
  it.each(pages)('%s names only files that exist', (page) => {
    for (const path of filesNamed(page)) expect(existsSync(join(ROOT, path)), path).toBe(true);
  });

  it('the threat model names, for its promises, only tests that exist', () => {
    const tests = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => read(join('test', path)))
      .join('\n');
    const titles = Array.from(read('docs/threat-model.md').matchAll(/“([^”]+)”/g), ([, title]) =>
      (title ?? '').replace(/\s+/g, ' '),
    );
    expect(titles.length).toBeGreaterThan(20);
    for (const title of titles) expect(tests.includes(title), title).toBe(true);
  });

  it('operations.md says of every fault screen what to do', () => {
    const text = read('docs/operations.md');
    for (const fault of FAULTS) expect(text).toContain(`| \`${fault}\` |`);
  });

  it('the decisions are numbered one after the other', () => {
    const numbers = decisions().map((path) => Number(/\/(\d{4})-/.exec(path)?.[1]));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });
});

function decisions(): string[] {
  return readdirSync(join(ROOT, 'docs/decisions'))
    .sort()
    .map((name) => `docs/decisions/${name}`);
}

/** Paths in backticks that begin with a folder of ours, and targets of links, which are relative to the page. */
function filesNamed(page: string): string[] {
  const text = read(page);
  const quoted = Array.from(
    text.matchAll(/`((?:src-[a-z]+|test|scripts|docs|assets)\/[\w./-]+)`/g),
    ([, path]) => path ?? '',
  );
  const linked = Array.from(text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g), ([, path]) =>
    join(dirname(page), path ?? ''),
  );
  return [...quoted, ...linked];
}
