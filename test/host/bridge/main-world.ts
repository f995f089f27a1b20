import type { Link, openLink } from './link.ts';

/**
 * The page's own world, before any script of the page. Its source text runs there, so it uses nothing outside itself.
 * The token opens the link once and is then worthless.
 */
export function mainWorld(token: string, open: typeof openLink): void {
  let link: Link | undefined;
  // No popup may exist even for a moment, so the refusal has to be here and not after the fact.
  Object.defineProperty(window, 'open', {
    value: (url?: unknown, name?: unknown, features?: unknown) => {
      link?.notify('window-open', String(url ?? 'about:blank'), String(name ?? ''), String(features ?? ''));
      return null;
    },
    writable: false,
    configurable: false,
  });
  if (window.top !== window) return;
  document.addEventListener(
    token,
    (event) => {
      event.stopImmediatePropagation();
      const element = (event as MouseEvent).relatedTarget;
      if (!element) return;
      link = open(element, 'to-page', 'to-preload', {
        onExpose: (name, value) => {
          Object.defineProperty(window, name, { value, enumerable: true, writable: false, configurable: false });
        },
        onNotify: () => undefined,
      });
    },
    { capture: true, once: true },
  );
}
