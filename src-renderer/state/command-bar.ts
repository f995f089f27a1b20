/** Whether the command bar is open; asked for from the top bar and by Ctrl K. */
import { createSpotlight, useSpotlight } from '@mantine/spotlight';

export const [commandBarStore, commandBar] = createSpotlight();

export function useCommandBarOpen(): boolean {
  return useSpotlight(commandBarStore).opened;
}
