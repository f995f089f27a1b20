/** Electron's powerMonitor: nothing happens by itself, a test says what does. */
import { KnownEvents, refuseUnknown } from './refuse.ts';

const EVENTS = [
  'suspend',
  'resume',
  'lock-screen',
  'unlock-screen',
  'shutdown',
  'user-did-resign-active',
  'user-did-become-active',
  'on-ac',
  'on-battery',
] as const;

/** What a test may let happen. */
export type PowerEvent = (typeof EVENTS)[number];

let idleSeconds = 0;

class PowerMonitorStandIn extends KnownEvents {
  readonly onBatteryPower = false;

  constructor() {
    super('powerMonitor', EVENTS);
  }

  getSystemIdleTime(): number {
    return idleSeconds;
  }

  getSystemIdleState(idleThreshold: number): 'active' | 'idle' | 'locked' | 'unknown' {
    return idleSeconds >= idleThreshold ? 'idle' : 'active';
  }

  isOnBatteryPower(): boolean {
    return false;
  }
}

/** Electron's `powerMonitor`. */
export const powerMonitor = refuseUnknown('electron.powerMonitor', new PowerMonitorStandIn());

/** For the test's control: how long nobody has touched the machine. */
export function setIdleSeconds(seconds: number): void {
  idleSeconds = seconds;
}
