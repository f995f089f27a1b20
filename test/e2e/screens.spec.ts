/** Every screen in both languages, light, dark and with more contrast: usable by everybody (WCAG 2.2 AA), and pictures for people to look at. */
import { accessible } from './accessible.ts';
import { expect, personOf, picture, promptOf, test, typeCode, typePassword, waitForFirstSync } from './desk.ts';

const WORDS = {
  'zh-CN': {
    lists: ['今日抵店', '在住'],
    reveal: '显示',
    search: 'Eleanor',
    second: '键盘操作',
    compare: '核对',
    noMatch: '不一致',
    toEnglish: false,
    withMoreContrast: 'light',
  },
  en: {
    lists: ['Arrivals', 'In house'],
    reveal: 'Reveal',
    search: 'Eleanor',
    second: 'Keyboard',
    compare: 'Compare',
    noMatch: 'No match',
    toEnglish: true,
    withMoreContrast: 'dark',
  },
} as const;

for (const [language, words] of Object.entries(WORDS)) {
  for (const theme of ['light', 'dark'] as const) {
    test(`the screens in ${language}, ${theme}, are accessible to everybody`, async ({ desk, hotel }) => {
      const { page } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
      const look = async (name: string, at = page) => {
        await accessible(at, name);
        await picture(at, `${name}-${language}-${theme}`);
        if (words.withMoreContrast !== theme) return;
        await at.emulateMedia({ contrast: 'more' });
        await accessible(at, `${name} with more contrast`);
        await picture(at, `${name}-${language}-${theme}-contrast`);
        await at.emulateMedia({ contrast: 'no-preference' });
      };
      await waitForFirstSync(page);
      if (words.toEnglish) await page.getByRole('button', { name: 'English' }).click();
      if (theme === 'dark') await page.getByRole('button', { name: /切换明暗|Light or dark/ }).click();
      await expect(page.locator('html')).toHaveAttribute('lang', language);
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
      await look('sign-in');

      const manager = personOf(hotel, 'M501');
      await page.getByRole('combobox').fill(manager.staffNumber);
      await page.keyboard.press('Enter');
      const prompt = await promptOf(page);
      const password = prompt.locator('input[type=password]');
      await expect(password).toBeFocused();
      await look('sign-in-asked');
      await look('prompt-password', prompt);
      await prompt.keyboard.type('not her password');
      await prompt.keyboard.press('Enter');
      await expect(prompt.getByRole('alert')).not.toBeEmpty();
      await look('prompt-wrong-password', prompt);
      await typePassword(page, manager);
      await expect(page.getByRole('listbox', { name: words.lists[0] })).toBeVisible();
      await look('today');
      await page.keyboard.press('2');
      await expect(page.getByRole('listbox', { name: words.lists[1] }).getByRole('option').first()).toBeVisible();
      await look('in-house');
      // The system's few colours, as those who need them have it: what is chosen is told by its frame.
      await page.emulateMedia({ forcedColors: 'active' });
      await picture(page, `in-house-${language}-${theme}-forced-colors`);
      await page.emulateMedia({ forcedColors: 'none' });
      await page.keyboard.press('?');
      await expect(page.getByRole('dialog')).toBeVisible();
      await look('keys');
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toBeHidden();
      await page.keyboard.press('Control+k');
      await page.keyboard.type(words.search);
      await expect(page.getByRole('dialog').getByRole('button').filter({ hasText: 'E*** W***' }).first()).toBeVisible();
      // With the first line chosen, which the library does by itself or not, as the answers come.
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowUp');
      await look('search');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('heading', { name: 'Eleanor Whitfield' })).toBeVisible();
      await page.locator('[data-field=cardNumber]').getByRole('button', { name: words.reveal }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await look('unlock');
      await expect(prompt.getByRole('textbox').first()).toBeFocused();
      await look('prompt-code', prompt);
      await prompt.keyboard.type('000000');
      await expect(prompt.getByRole('alert')).not.toBeEmpty();
      await look('prompt-wrong-code', prompt);
      const onPaper = prompt.getByRole('button', { name: /使用恢复码|Use a recovery code/ });
      await onPaper.click();
      await prompt.getByRole('textbox').fill('K7QF-2M9X-BDA0-3HTJ6');
      await prompt.keyboard.press('Enter');
      await expect(prompt.getByRole('alert')).not.toBeEmpty();
      await look('prompt-recovery-code', prompt);
      await prompt.getByRole('button', { name: /改用手机验证码|Use the code of the phone/ }).click();
      await expect(prompt.getByRole('textbox').first()).toBeFocused();
      await typeCode(page, manager);
      await expect(page.getByRole('menuitem').first()).toBeFocused();
      await page.keyboard.press('2');
      await expect(page.locator('[data-field=cardNumber] output')).toBeVisible();
      await look('stay');
      await page.keyboard.press('Escape');
      const number = page.locator('[data-field=documentNumber]');
      await number.getByRole('button', { name: words.compare }).first().click();
      await number.getByRole('textbox').fill('X00000000');
      await page.keyboard.press('Enter');
      await expect(number.getByRole('status')).toHaveText(words.noMatch);
      await look('compare');
      await page.keyboard.press('Alt+2');
      await expect(page.getByRole('table')).toBeVisible();
      await look('log');
      await page.keyboard.press('Alt+3');
      await look('sync');
    });
  }
}
