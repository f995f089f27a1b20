import { create } from 'zustand';

/** Whether the recovery of the keys is on the screen: opened from the command bar. */
interface RecoveryState {
  readonly shown: boolean;
  show(shown: boolean): void;
}

export const useRecovery = create<RecoveryState>((set) => ({ shown: false, show: (shown) => set({ shown }) }));
