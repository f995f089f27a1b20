/** Every channel between main and its prompt window: the only ones that carry a password or a code (DESIGN §4). */
import { z } from 'zod';
import { RECOVERY_CODE_LENGTH } from '../step-up/recovery-code.ts';
import { type Channel, channel, nothing } from './channel.ts';
import { CEREMONY_ANSWERS, CeremonyStep } from './prompt-ceremony.ts';
import { KeyAnswer, KeyToAsk } from './security-key.ts';
import { AppStatus, LeaseView, StaffItem } from './views.ts';

export const PromptView = z.strictObject({
  locale: AppStatus.shape.locale,
  theme: AppStatus.shape.theme,
  /** What is asked and of whom; null while the window is hidden. */
  question: z
    .strictObject({
      asks: z.enum(['password', 'code', 'security-key', 'confirm']),
      employee: StaffItem,
      /** What a second person confirms: whose emergency, in which room, and why. */
      about: z.strictObject({ requester: StaffItem, room: z.string().nullable(), reason: z.string() }).nullable(),
      /** Another with each question: its field begins empty. */
      turn: z.int(),
      /** Who will check a code, as far as is known; null when none is asked. */
      check: z.strictObject({ by: z.enum(['server', 'terminal']), lease: LeaseView }).nullable(),
      /** Keys that may answer instead of a code, with what each is asked; empty for who has none. */
      keys: z.array(KeyToAsk),
    })
    .nullable(),
  /** The step of a ceremony that is under way; never together with a question. */
  ceremony: CeremonyStep.nullable(),
});
export type PromptView = z.infer<typeof PromptView>;
export type PromptQuestion = NonNullable<PromptView['question']>;

const ATTEMPT = ['cancelled', 'too-many-attempts', 'not-ready', 'log-unavailable', 'disk-full'] as const;

/** What can be wrong with either kind of code. */
const CODE_ATTEMPT = [...ATTEMPT, 'locked', 'unreadable-value', 'no-second-factor', 'server-refused'] as const;

const TOTP_ATTEMPT = [
  ...CODE_ATTEMPT,
  'wrong-code',
  'code-used',
  'lease-none',
  'lease-expired',
  'lease-used-up',
  'clock-set-back',
] as const;

export const PROMPT_CHANNELS = {
  /** The page is there: it asks what it should show. */
  'prompt.view': channel(nothing, PromptView, []),
  'prompt.password': channel(z.strictObject({ password: z.string().min(1).max(256) }), z.null(), [
    ...ATTEMPT,
    'wrong-password',
    'not-found',
  ]),
  /** The password of a second person, who is not signed in by it. */
  'prompt.confirm': channel(z.strictObject({ password: z.string().min(1).max(256) }), z.null(), [
    ...ATTEMPT,
    'wrong-password',
  ]),
  'prompt.code': channel(z.strictObject({ code: z.string().regex(/^\d{6}$/, 'six digits') }), z.null(), TOTP_ATTEMPT),
  'prompt.recoveryCode': channel(z.strictObject({ code: z.string().min(1).max(RECOVERY_CODE_LENGTH) }), z.null(), [
    ...CODE_ATTEMPT,
    'recovery-code-mistyped',
    'wrong-recovery-code',
    'recovery-code-used',
    'recovery-needs-line',
  ]),
  'prompt.newPassword': channel(CEREMONY_ANSWERS['new-password'], z.null(), [
    'cancelled',
    'passwords-differ',
    'password-weak',
  ]),
  'prompt.newTotp': channel(CEREMONY_ANSWERS['new-totp'], z.null(), ['cancelled', 'code-does-not-fit']),
  'prompt.codesDone': channel(CEREMONY_ANSWERS['recovery-codes'], z.null(), ['cancelled']),
  'prompt.shareDone': channel(CEREMONY_ANSWERS.share, z.null(), ['cancelled']),
  'prompt.shareCheck': channel(CEREMONY_ANSWERS['share-check'], z.null(), ['cancelled', 'words-differ']),
  /** Prints the page as it stands: of a share, its paper. */
  'prompt.print': channel(nothing, z.null(), ['cancelled', 'not-printed']),
  'prompt.officerPassword': channel(CEREMONY_ANSWERS['officer-password'], z.null(), [
    ...ATTEMPT,
    'wrong-password',
    'not-found',
    'locked',
    'unreadable-value',
  ]),
  'prompt.shareWords': channel(CEREMONY_ANSWERS['share-words'], z.null(), [
    'cancelled',
    'unknown-word',
    'word-count',
    'mixed-words',
    'word-checksum',
    'same-share',
    'shares-not-together',
  ]),
  'prompt.ownFactor': channel(CEREMONY_ANSWERS['own-factor'], z.null(), [
    ...TOTP_ATTEMPT,
    'recovery-code-mistyped',
    'wrong-recovery-code',
    'recovery-code-used',
    'recovery-needs-line',
    'wrong-key',
    'server-unreachable',
  ]),
  'prompt.ownPassword': channel(CEREMONY_ANSWERS['own-password'], z.null(), [
    ...ATTEMPT,
    'wrong-password',
    'locked',
    'unreadable-value',
  ]),
  'prompt.newKey': channel(CEREMONY_ANSWERS['new-key'], z.null(), ['cancelled']),
  'prompt.keyCode': channel(CEREMONY_ANSWERS['key-code'], z.null(), [...TOTP_ATTEMPT, 'forbidden']),
  'prompt.securityKey': channel(KeyAnswer, z.null(), [...ATTEMPT, 'wrong-key', 'locked', 'unreadable-value']),
  /** A key was touched that is none of hers, or the system refused: it is recorded. */
  'prompt.keyRefused': channel(nothing, z.null(), ['cancelled', 'locked', 'not-ready', 'log-unavailable', 'disk-full']),
  /** The other factor, please. */
  'prompt.switch': channel(z.strictObject({ to: z.enum(['code', 'security-key']) }), z.null(), ['cancelled']),
  'prompt.cancel': channel(nothing, z.null(), []),
  /** As everywhere: whoever wants to lock is leaving. */
  'prompt.lock': channel(nothing, z.null(), []),
} as const satisfies Record<string, Channel>;

export type PromptChannelName = keyof typeof PROMPT_CHANNELS;
export type PromptChannelInput<C extends PromptChannelName> = z.input<(typeof PROMPT_CHANNELS)[C]['input']>;
export type PromptChannelOutput<C extends PromptChannelName> = z.output<(typeof PROMPT_CHANNELS)[C]['output']>;

/** What main tells the prompt window unasked. */
export const PROMPT_NOTICES = { 'prompt.changed': PromptView } as const;
