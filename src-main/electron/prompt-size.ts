/**
 * How large the prompt's window is for each thing that it asks: enough for what is on the page in either language, and little emptiness under
 * it. Where a system gives the window a head that was not asked for, there is room for that.
 */
import type { Rectangle } from 'electron';
import type { PromptView } from '../../src-shared/ipc/prompt-contract.ts';

export type PromptSize = Pick<Rectangle, 'width' | 'height'>;

type Asked = NonNullable<PromptView['question'] | PromptView['ceremony']>['asks'];

const FIELD = { width: 420, height: 440 };

const SIZES: { readonly [A in Asked]: PromptSize } = {
  password: FIELD,
  confirm: FIELD,
  code: FIELD,
  'security-key': FIELD,
  'new-key': FIELD,
  'key-code': FIELD,
  'own-factor': FIELD,
  'officer-password': { width: 460, height: 430 },
  'own-password': { width: 460, height: 450 },
  'current-password': { width: 460, height: 430 },
  'new-password': { width: 460, height: 610 },
  /** A picture to scan. */
  'new-totp': { width: 620, height: 550 },
  'recovery-codes': { width: 620, height: 550 },
  /** Twenty-four words. */
  share: { width: 620, height: 660 },
  'share-check': { width: 460, height: 490 },
  'share-words': { width: 620, height: 590 },
};

/** Of the window for what is asked; while nothing is, for a password, which is what is asked first. */
export function promptSize({ question, ceremony }: Pick<PromptView, 'question' | 'ceremony'>): PromptSize {
  return SIZES[ceremony?.asks ?? question?.asks ?? 'password'];
}

/**
 * Where it stands in front of the terminal's window: in the middle and near the top, its head always at the same height, so that what is
 * asked next grows downwards and nothing jumps.
 */
export function placePrompt(size: PromptSize, around: Rectangle): Rectangle {
  return {
    ...size,
    x: Math.round(around.x + (around.width - size.width) / 2),
    y: Math.round(around.y + Math.max(0, Math.min(around.height / 8, around.height - size.height))),
  };
}
