/** Where the prompt's window stands, and how large it is, for each step. */
import { describe, expect, it } from 'vitest';
import { placePrompt, promptSize } from '../../../src-main/electron/prompt-size.ts';

const TERMINAL = { x: 100, y: 50, width: 1366, height: 768 };
const FIELD = promptSize({ question: null, ceremony: null });

describe('the window of the prompt', () => {
  it('stands in the middle, its head at one height whatever is asked, inside the terminal’s window', () => {
    const small = placePrompt(FIELD, TERMINAL);
    const large = placePrompt({ width: 620, height: 640 }, TERMINAL);
    expect(small.y).toBe(large.y);
    for (const { x, y, width, height } of [small, large]) {
      expect(x + width / 2).toBe(TERMINAL.x + TERMINAL.width / 2);
      expect(y).toBeGreaterThanOrEqual(TERMINAL.y);
      expect(y + height).toBeLessThanOrEqual(TERMINAL.y + TERMINAL.height);
    }
  });

  it('rises on a low terminal rather than to be cut off below, and never above its top', () => {
    const low = { ...TERMINAL, height: 660 };
    expect(placePrompt({ width: 620, height: 640 }, low).y).toBe(TERMINAL.y + 20);
    expect(placePrompt({ width: 620, height: 640 }, { ...TERMINAL, height: 500 }).y).toBe(TERMINAL.y);
  });
});
