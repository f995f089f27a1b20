/** The test's hand on the host: messages from the parent process, and word back to it. */
import { writeFileSync } from 'node:fs';
import { app } from './app.ts';
import { type PowerEvent, powerMonitor, setIdleSeconds } from './power-monitor.ts';

/** What a test may ask of the host. */
export type ControlMessage =
  | { type: 'power'; event: PowerEvent }
  | { type: 'idle'; seconds: number }
  | { type: 'quit' };

/** What the host tells the test. */
export type HostMessage = { type: 'ready' } | { type: 'debug'; first: boolean; endpoint: string };

let readyTold = false;

/** Listens to the parent, when there is one that speaks. */
export function listenToParent(): void {
  if (!process.send) return;
  process.on('message', (message: ControlMessage) => {
    if (message.type === 'power') powerMonitor.emit(message.event);
    else if (message.type === 'idle') setIdleSeconds(message.seconds);
    else if (message.type === 'quit') app.quit();
  });
  // A test that died leaves no window behind.
  process.on('disconnect', () => app.quit());
}

/** Says once that the first window has loaded. */
export function announceReady(): void {
  if (!readyTold) tell({ type: 'ready' });
  readyTold = true;
}

/** Says where a second client can attach to a window that has loaded; the first window's address is also written to a file. */
export function announceEndpoint(first: boolean, endpoint: string | undefined): void {
  if (endpoint === undefined) return;
  const { KEYRACK_HOST_DEBUG_FILE: file } = process.env;
  if (file && first) writeFileSync(file, endpoint, { mode: 0o600 });
  tell({ type: 'debug', first, endpoint });
}

function tell(message: HostMessage): void {
  if (process.connected) process.send?.(message);
}
