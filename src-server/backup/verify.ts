import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import { recomputeLog } from '../store/access-log.ts';
import type { Tables } from '../store/tables.ts';
import { BadBackup, type Counts, type RowsHeader, restoreRows } from './rows.ts';

/**
 * Restores rows into a database in memory that is thrown away, and makes the access log's tree anew from its entries.
 * @throws BadBackup when they are not whole, or the log is not the one that the backup names
 */
export async function verifyRows(
  lines: AsyncIterable<string>,
): Promise<{ readonly header: RowsHeader; readonly counts: Counts }> {
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: await PGlite.create() }) });
  try {
    const restored = await restoreRows(db, lines);
    for (const log of restored.header.logs) {
      const { size, root } = await recomputeLog(db, log.propertyId);
      if (size !== log.size || root !== log.root)
        throw new BadBackup('the access log is not the one that was backed up');
    }
    return restored;
  } finally {
    await db.destroy();
  }
}
