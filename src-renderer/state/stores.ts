/** What the window knows: no password, no code, no revealed value is ever in here. */
import { create } from 'zustand';
import type { IpcError } from '../../src-shared/ipc/errors.ts';
import type { AppStatus, SessionView, SyncView } from '../../src-shared/ipc/views.ts';
import type { ConflictId, StayId } from '../../src-shared/model/ids.ts';
import type { DayList } from '../../src-shared/policy/index.ts';
import { call, onNotice } from '../bridge.ts';

interface TerminalState {
  readonly app: AppStatus | null;
  readonly session: SessionView | null;
  readonly sync: SyncView | null;
  /** Grows when rows changed: screens that show them ask again. */
  readonly dataVersion: number;
}

export const useTerminal = create<TerminalState>(() => ({ app: null, session: null, sync: null, dataVersion: 0 }));

export type Area = 'today' | 'audit' | 'log' | 'cases' | 'staff' | 'terminals' | 'sync';
export type Place =
  | { readonly area: Area }
  | { readonly area: 'conflicts'; readonly conflictId: ConflictId | null }
  | { readonly area: 'new-stay'; readonly as: 'reservation' | 'walk-in' }
  | { readonly area: 'stay'; readonly stayId: StayId; readonly from?: DayList };

interface ViewState {
  readonly place: Place | null;
  readonly keysShown: boolean;
  readonly factorsShown: boolean;
  readonly passwordsShown: boolean;
  go(place: Place): void;
  showKeys(shown: boolean): void;
  showFactors(shown: boolean): void;
  showPasswords(shown: boolean): void;
}

export const useView = create<ViewState>((set) => ({
  place: null,
  keysShown: false,
  factorsShown: false,
  passwordsShown: false,
  go: (place) => set({ place }),
  showKeys: (keysShown) => set({ keysShown }),
  showFactors: (factorsShown) => set({ factorsShown }),
  showPasswords: (passwordsShown) => set({ passwordsShown }),
}));

/** The second factor, asked for from anywhere, in main's own window; whoever asked learns whether it succeeded. */
interface UnlockState {
  readonly asking: boolean;
  readonly error: IpcError | null;
  /** It was a recovery code that unlocked, and so many are left. */
  readonly recoveryCodesLeft: number | null;
  ask(): Promise<boolean>;
  /** Takes the question back, or what was shown instead of it. */
  dismiss(): void;
}

export const useUnlock = create<UnlockState>((set, get) => {
  // Main takes an older question back when there is a newer one: only the newest says what is shown.
  let turn = 0;
  return {
    asking: false,
    error: null,
    recoveryCodesLeft: null,
    ask: async () => {
      turn += 1;
      const mine = turn;
      set({ asking: true, error: null, recoveryCodesLeft: null });
      const result = await call('session.unlock');
      if (mine === turn) {
        const error = result.ok || result.error.code === 'cancelled' ? null : result.error;
        const recoveryCodesLeft = result.ok ? (result.value.unlock?.recoveryCodesLeft ?? null) : null;
        set({ asking: false, error, recoveryCodesLeft });
      }
      if (result.ok) useTerminal.setState({ session: result.value });
      return result.ok;
    },
    dismiss: () => {
      if (get().asking) void call('session.cancel');
      else set({ error: null, recoveryCodesLeft: null });
    },
  };
});

/** Asks for the first state and follows the notices from then on. */
export async function followTerminal(): Promise<void> {
  onNotice('app.changed', (app) => useTerminal.setState({ app }));
  onNotice('session.changed', (session) => useTerminal.setState({ session }));
  onNotice('sync.changed', (sync) => useTerminal.setState({ sync }));
  onNotice('data.changed', () => useTerminal.setState(({ dataVersion }) => ({ dataVersion: dataVersion + 1 })));
  const [app, session, sync] = await Promise.all([call('app.status'), call('session.view'), call('sync.view')]);
  useTerminal.setState((before) => ({
    app: before.app ?? (app.ok ? app.value : null),
    session: before.session ?? (session.ok ? session.value : null),
    sync: before.sync ?? (sync.ok ? sync.value : null),
  }));
}
