/** The single-instance lock: a link in userData that names the process holding it, and notes from those who came later. */
import {
  type FSWatcher,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const LOCK = 'stand-in.lock';
const NOTE = /^stand-in\.second-[\w-]+\.json$/;

/** How a later instance was started. */
export interface SecondInstance {
  argv: string[];
  cwd: string;
  data: unknown;
}

/** The lock of one userData folder. Everything is synchronous, for Electron's answer is. */
export class InstanceLock {
  held = false;
  private readonly folder: string;
  private watcher: FSWatcher | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Takes the lock; if another living process has it, leaves it a note instead. */
  take(self: SecondInstance, onSecond: (other: SecondInstance) => void): boolean {
    if (this.held) return true;
    const path = join(this.folder, LOCK);
    // A holder that was killed leaves the link behind; two tries are enough to replace it.
    for (let tries = 0; tries < 2 && !this.held; tries += 1) {
      try {
        symlinkSync(identityOf(process.pid) ?? String(process.pid), path);
        this.held = true;
      } catch {
        if (isAlive(readLink(path))) break;
        rmSync(path, { force: true });
      }
    }
    if (this.held) this.watchNotes(onSecond);
    else this.leaveNote(self);
    return this.held;
  }

  release(): void {
    if (!this.held) return;
    this.held = false;
    this.watcher?.close();
    rmSync(join(this.folder, LOCK), { force: true });
  }

  private watchNotes(onSecond: (other: SecondInstance) => void): void {
    for (const name of readdirSync(this.folder)) {
      if (NOTE.test(name)) rmSync(join(this.folder, name), { force: true });
    }
    process.once('exit', () => this.release());
    this.watcher = watch(this.folder, { persistent: false }, (_kind, name) => {
      if (name === null || !NOTE.test(name)) return;
      const path = join(this.folder, name);
      try {
        const note = JSON.parse(readFileSync(path, 'utf8')) as SecondInstance;
        rmSync(path);
        onSecond(note);
      } catch {
        // The removal of a note is reported too; then it is no longer there to read.
      }
    });
  }

  private leaveNote(self: SecondInstance): void {
    const name = `stand-in.second-${process.pid}-${Date.now()}.json`;
    const draft = join(this.folder, `${name}.draft`);
    // Renamed into place so that the holder never reads half a note.
    writeFileSync(draft, JSON.stringify(self), { mode: 0o600 });
    renameSync(draft, join(this.folder, name));
  }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function isAlive(identity: string | undefined): boolean {
  if (identity === undefined) return false;
  return identityOf(Number.parseInt(identity, 10)) === identity;
}

/** The process id with, where the system tells it, the time it started: a reused id is another process. */
function identityOf(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch {
    return undefined;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${pid}-${fields[19] ?? ''}`;
  } catch {
    return String(pid);
  }
}
