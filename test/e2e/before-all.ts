/** What the stories of one run share: their folder, and the hotel that each worker's server begins with, founded once. */
import { makeFoundedServer } from '../integration/server/made-once.ts';
import { setup, teardown } from '../run-folder.ts';
import { PLAN } from './plan.ts';

/** Called by Playwright in the process that starts the workers. Gives what it calls after them. */
export default async function beforeAll(): Promise<() => void> {
  setup();
  await makeFoundedServer(PLAN);
  return teardown;
}
