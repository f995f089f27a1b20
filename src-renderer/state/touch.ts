/** Tells main that somebody is at the desk, at most every five seconds. */
import { call } from '../bridge.ts';
import { useTerminal } from './stores.ts';

const EVERY_MS = 5_000;

export function followActivity(): void {
  let last = 0;
  const touch = () => {
    const now = performance.now();
    const { session } = useTerminal.getState();
    if (session?.employee == null || now - last < EVERY_MS) return;
    last = now;
    void call('session.touch').then((result) => {
      if (result.ok) useTerminal.setState({ session: result.value });
    });
  };
  for (const event of ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const) {
    window.addEventListener(event, touch, { passive: true, capture: true });
  }
}
