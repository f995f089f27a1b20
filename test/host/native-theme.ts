/** Electron's nativeTheme: what the app asked for, passed on to Chromium as emulated media. */
import type { NativeTheme } from 'electron';
import { KnownEvents, refuseUnknown } from './refuse.ts';

let source: NativeTheme['themeSource'] = 'system';
const listeners = new Set<() => void>();

class NativeThemeStandIn extends KnownEvents {
  readonly shouldUseHighContrastColors = false;
  readonly shouldUseInvertedColorScheme = false;
  readonly inForcedColorsMode = false;
  readonly prefersReducedTransparency = false;

  constructor() {
    super('nativeTheme', ['updated']);
  }

  get themeSource(): NativeTheme['themeSource'] {
    return source;
  }

  set themeSource(value: NativeTheme['themeSource']) {
    if (value === source) return;
    source = value;
    for (const listener of listeners) listener();
    this.emit('updated');
  }

  get shouldUseDarkColors(): boolean {
    return source === 'dark';
  }
}

/** Electron's `nativeTheme`. */
export const nativeTheme = refuseUnknown('electron.nativeTheme', new NativeThemeStandIn());

/** For pages: called when the theme changes. */
export function onThemeChange(listener: () => void): void {
  listeners.add(listener);
}

/** For pages: the media features that say the theme. */
export function themeFeatures(): { name: string; value: string }[] {
  return source === 'system' ? [] : [{ name: 'prefers-color-scheme', value: source }];
}
