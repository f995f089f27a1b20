/** What the page cannot do, whatever runs in it. */
import { expect, personOf, signIn, test, waitForFirstSync } from './desk.ts';

test('the page has one frozen bridge, no Node, no network, no storage, and nothing can be copied from it', async ({
  desk,
  hotel,
}) => {
  const { page } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
  await waitForFirstSync(page);
  await signIn(page, personOf(hotel, 'R101'));

  const found = await page.evaluate(async (url) => {
    const bridge = Reflect.get(window, 'keyrack');
    const tried = async (work: () => unknown) => {
      try {
        await work();
        return 'worked';
      } catch {
        return 'refused';
      }
    };
    const happened = (name: string) => {
      const event = new ClipboardEvent(name, { bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
      return event.defaultPrevented;
    };
    return {
      frozen: Object.isFrozen(bridge),
      node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in window),
      network: await tried(() => fetch(url)),
      elsewhere: await tried(() => fetch('https://elsewhere.example/')),
      // In a turn of its own: what the debugger evaluates is free of the page's security policy.
      code: await new Promise((told) => setTimeout(() => void tried(() => new Function('return 1')()).then(told), 0)),
      clipboard: await tried(() => navigator.clipboard.readText()),
      stored: localStorage.length + sessionStorage.length,
      copy: happened('copy'),
      cut: happened('cut'),
      popup: window.open('https://elsewhere.example/') === null,
    };
  }, hotel.server.url);
  expect(found).toEqual({
    frozen: true,
    node: [],
    network: 'refused',
    elsewhere: 'refused',
    code: 'refused',
    clipboard: 'refused',
    stored: 0,
    copy: true,
    cut: true,
    popup: true,
  });
});

test('a handler of the page that throws leaves a screen to go on from, never a blank one', async ({ desk, hotel }) => {
  const { page } = await desk.start({ config: { enrolmentCode: await hotel.server.enrolmentCode() } });
  await waitForFirstSync(page);
  await page.evaluate(() =>
    setTimeout(() => {
      throw new Error('a bug');
    }, 0),
  );
  await signIn(page, personOf(hotel, 'R101'));
  await page.reload();
  await expect(page.getByRole('navigation')).toBeVisible();
});
