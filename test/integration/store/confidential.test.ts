/** What lies on the disk while the cache works and after: nothing that tells a guest (threat model: the stolen disk). */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { addition, feed, guest, newCache, note, property, stay, testFolder } from './builders.ts';

const MARKS = [
  '林晓雨秘',
  'linxiaoyu',
  'Zanzibarova',
  'ZANZIBAROVA',
  'zanzibarova',
  '13812345678',
  'allergic to everything',
  'WL777777',
];

const rows = () =>
  feed({
    property: [property()],
    guest: [
      guest(1, { name: '林晓雨秘', phone: '+8613812345678' }),
      guest(2, { name: 'Olga Zanzibarova', nameLatin: 'OLGA ZANZIBAROVA', email: 'zanzibarova@example.com' }),
    ],
    stay: [stay(1, { reservationNumber: 'WL777777' })],
  });

/** Every file under a folder whose bytes hold one of the marks. */
function telling(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .filter((entry) => {
      const bytes = readFileSync(join(entry.parentPath, entry.name));
      return MARKS.some((mark) => bytes.includes(mark) || bytes.includes(Buffer.from(mark, 'utf16le')));
    })
    .map(({ name }) => name);
}

describe('the files of the cache tell nothing', () => {
  it('while it is open, and after it was closed', () => {
    const { cache, file } = newCache(rows());
    cache.addNoteLocally(
      note(1, { text: 'allergic to everything' }),
      addition(1, note(1, { text: 'allergic to everything' })),
    );
    expect(cache.searchGuests({ query: '晓雨', limit: 5 })).toHaveLength(1);
    const folder = dirname(file);
    expect(readdirSync(folder)).toContain('cache.db-wal');
    expect(telling(folder)).toEqual([]);
    cache.close();
    expect(telling(folder)).toEqual([]);
  });

  it('and this test would notice if they did', () => {
    const folder = testFolder();
    const db = new Database(join(folder, 'plain.db'));
    db.exec("CREATE TABLE t (x); INSERT INTO t VALUES ('林晓雨秘')");
    db.close();
    expect(telling(folder)).toEqual(['plain.db']);
  });
});

describe('without the key', () => {
  it('another process reads nothing, with this library or any other SQLite', () => {
    const { cache, file } = newCache(rows());
    cache.close();
    const library = import.meta.resolve('better-sqlite3');
    const readers = [
      `import { DatabaseSync } from 'node:sqlite'; const db = new DatabaseSync(process.argv[1], { readOnly: true });`,
      `import Database from ${JSON.stringify(library)}; const db = new Database(process.argv[1], { readonly: true });`,
    ];
    for (const reader of readers) {
      const script = `${reader} console.log(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get().n);`;
      const { status, stderr, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script, file], {
        encoding: 'utf8',
      });
      expect(stderr).toMatch(/file is not a database/);
      expect([status, stdout]).toEqual([1, '']);
    }
  });
});

describe('a sort too large for the page cache', () => {
  // The child sorts its names; strace is not at hand everywhere, so it looks at its own open files, deleted ones too.
  const script = (pragma: string) => `
    import { readdirSync, readFileSync, readlinkSync, openSync, readSync, fstatSync } from 'node:fs';
    const { openEncryptedFile } = await import(process.argv[1]);
    const opened = openEncryptedFile(process.argv[2] + '/sort.db', Buffer.alloc(32, 7));
    const db = opened.value;
    ${pragma}
    db.pragma('cache_size = -200');
    db.exec('CREATE TABLE guest (name TEXT)');
    db.exec("WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 200000) INSERT INTO guest SELECT hex(randomblob(8)) || ' Zanzibarova' FROM n");
    const rows = db.prepare('SELECT name FROM guest ORDER BY name').iterate();
    rows.next();
    const told = readdirSync('/proc/self/fd').filter((fd) => {
      try {
        if (!/etilqs|sort\\.db/.test(readlinkSync('/proc/self/fd/' + fd))) return false;
        return readFileSync('/proc/self/fd/' + fd).includes('Zanzibarova');
      } catch { return false; }
    });
    console.log(told.length > 0 ? 'told' : 'silent');
    rows.return();
    db.close();`;

  const run = (pragma: string) => {
    const folder = testFolder();
    mkdirSync(join(folder, 'tmp'));
    const module = new URL('../../../src-main/store/encrypted-file.ts', import.meta.url).href;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', script(pragma), module, folder],
      { encoding: 'utf8', env: { ...process.env, SQLITE_TMPDIR: join(folder, 'tmp'), TMPDIR: join(folder, 'tmp') } },
    );
    return { said: stdout.trim() || stderr, left: telling(folder) };
  };

  it.skipIf(process.platform !== 'linux')('leaves no name in a temporary file', () => {
    expect(run('')).toEqual({ said: 'silent', left: [] });
  });

  it.skipIf(process.platform !== 'linux')('as it would if temp_store were not MEMORY', () => {
    expect(run("db.pragma('temp_store = FILE');").said).toBe('told');
  });
});
