/** Every channel between main and its prompt window: the only ones that carry a password or a code (DESIGN §4). */
import { z } from 'zod';
import { type Channel, channel, nothing } from './contract.ts';
import { CEREMONY_ANSWERS, CeremonyStep } from './prompt-ceremony.ts';
import { AppStatus, StaffItem } from './views.ts';

export const PromptView = z.strictObject({
  locale: AppStatus.shape.locale,
  theme: AppStatus.shape.theme,
  /** What is asked and of whom; null while the window is hidden. */
  question: z
    .strictObject({
      asks: z.enum(['password', 'code', 'confirm']),
      employee: StaffItem,
      /** What a second person confirms: whose emergency, in which room, and why. */
      about: z.strictObject({ requester: StaffItem, room: z.string().nullable(), reason: z.string() }).nullable(),
      /** Another with each question: its field begins empty. */
      turn: z.int(),
    })
    .nullable(),
  /** The step of a ceremony that is under way; never together with a question. */
  ceremony: CeremonyStep.nullable(),
});
export type PromptView = z.infer<typeof PromptView>;
export type PromptQuestion = NonNullable<PromptView['question']>;

const ATTEMPT = ['cancelled', 'too-many-attempts', 'not-ready', 'log-unavailable', 'disk-full'] as const;

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
  'prompt.code': channel(z.strictObject({ code: z.string().regex(/^\d{6}$/, 'six digits') }), z.null(), [
    ...ATTEMPT,
    'wrong-code',
    'code-used',
    'locked',
    'unreadable-value',
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
  'prompt.cancel': channel(nothing, z.null(), []),
  /** As everywhere: whoever wants to lock is leaving. */
  'prompt.lock': channel(nothing, z.null(), []),
} as const satisfies Record<string, Channel>;

export type PromptChannelName = keyof typeof PROMPT_CHANNELS;
export type PromptChannelInput<C extends PromptChannelName> = z.input<(typeof PROMPT_CHANNELS)[C]['input']>;
export type PromptChannelOutput<C extends PromptChannelName> = z.output<(typeof PROMPT_CHANNELS)[C]['output']>;

/** What main tells the prompt window unasked. */
export const PROMPT_NOTICES = { 'prompt.changed': PromptView } as const;
