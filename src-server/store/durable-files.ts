import { fsyncSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/**
 * PGlite's own start parameters turn fsync off, and its file system has none: what it called committed, a power cut may lose.
 * With these and {@link DurableFiles} a commit is on the disk when it returns.
 */
export const DURABLE_START: readonly string[] = [
  ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
  '-c',
  // The default, fdatasync, is not wired to the file system of Emscripten; fsync is.
  'wal_sync_method=fsync',
];

type Init = NodeFS['init'];
/** Emscripten's open file on the real file system: its descriptor, which a directory lacks. */
interface Stream {
  readonly nfd?: number;
}

/** The directory of the embedded database, with fsync. */
export class DurableFiles extends NodeFS {
  override async init(...[pglite, options]: Parameters<Init>): ReturnType<Init> {
    const { emscriptenOpts } = await super.init(pglite, options);
    const withSync = (module: { NODEFS: { stream_ops: object } }) => {
      const fsync = ({ nfd }: Stream) => {
        if (nfd !== undefined) fsyncSync(nfd);
        return 0;
      };
      Object.assign(module.NODEFS.stream_ops, { fsync });
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), withSync] } };
  }
}
