/** What the page itself can keep from leaving by accident; main does the rest. Text fields stay usable. */

const EDITABLE = 'input, textarea';

export function lockDownPage(): void {
  const outsideFields = (event: Event) => {
    if (event.target instanceof Element && event.target.closest(EDITABLE) === null) event.preventDefault();
  };
  for (const event of ['copy', 'cut', 'dragstart', 'selectstart'] as const)
    document.addEventListener(event, outsideFields, true);
  for (const event of ['contextmenu', 'drop', 'dragover'] as const) {
    document.addEventListener(event, (happened) => happened.preventDefault(), true);
  }
  window.addEventListener(
    'keydown',
    (event) => {
      const command = event.ctrlKey || event.metaKey;
      if (command && ['p', 's', 'u', 'f', 'g', 'j', 'o'].includes(event.key.toLowerCase())) event.preventDefault();
    },
    true,
  );
}
