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
export type HostMessage = { type: 'ready' } | { type: 'debug'; endpoint: string };

let readyTold = false;
let endpointTold = false;

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

/** Says once where a second client can attach to the first window. */
export function announceEndpoint(endpoint: string | undefined): void {
  if (endpoint === undefined || endpointTold) return;
  endpointTold = true;
  const { KEYRACK_HOST_DEBUG_FILE: file } = process.env;
  if (file) writeFileSync(file, endpoint, { mode: 0o600 });
  tell({ type: 'debug', endpoint });
}

function tell(message: HostMessage): void {
  if (process.connected) process.send?.(message);
}
