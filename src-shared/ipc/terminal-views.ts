/** The hotel's terminals as IT and the security officer are shown them. */
import { z } from 'zod';
import { EnrolmentCodeResponse, TerminalEntry } from '../sync/protocol.ts';

export const TerminalView = TerminalEntry.omit({ wipe: true }).extend({
  /** `wiping`: ordered, and not yet heard of or not yet proved. */
  state: z.enum(['enrolled', 'revoked', 'wiping', 'wiped']),
  /** The one that this window belongs to. */
  isHere: z.boolean(),
});
export type TerminalView = z.infer<typeof TerminalView>;
export const TerminalsView = z.array(TerminalView);
export type TerminalsView = z.infer<typeof TerminalsView>;

/** A code that enrols one terminal, to be typed or scanned there. */
export const EnrolmentCodeView = EnrolmentCodeResponse;
export type EnrolmentCodeView = z.infer<typeof EnrolmentCodeView>;
