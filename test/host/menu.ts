/** Electron's Menu, as data: the stand-in shows none and gives none of its accelerators. */
import type { MenuItemConstructorOptions } from 'electron';
import { refuseUnknown } from './refuse.ts';

class MenuStandIn {
  readonly items: MenuItemConstructorOptions[];

  constructor(items: MenuItemConstructorOptions[] = []) {
    this.items = items;
    // Returned instead of this, so that the app meets only what is implemented.
    // biome-ignore lint/correctness/noConstructorReturn: see above.
    return refuseUnknown<MenuStandIn>('menu', this);
  }

  static buildFromTemplate(template: MenuItemConstructorOptions[]): MenuStandIn {
    return new MenuStandIn(template);
  }

  static setApplicationMenu(menu: MenuStandIn | null): void {
    current = menu;
  }

  static getApplicationMenu(): MenuStandIn | null {
    return current;
  }
}

let current: MenuStandIn | null = null;

/** Electron's `Menu`. */
export const Menu = refuseUnknown('electron.Menu', MenuStandIn);
