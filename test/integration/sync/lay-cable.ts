import { afterwards } from '../terminal/afterwards.ts';
import { type Cable, openCable } from './cable.ts';

/** Lays a cable to a server; it goes after the tests of the file. */
export async function layCable(to: string): Promise<Cable> {
  const cable = await openCable(to);
  afterwards(() => cable.close());
  return cable;
}
