import { ActionIcon, Tooltip } from '@mantine/core';
import { IconLanguage, IconMoon, IconSun } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AppStatus } from '../../src-shared/ipc/views.ts';
import { call } from '../bridge.ts';

/** Language and light or dark: on every screen, since the next person at the desk may want the other. */
export function DisplaySwitches({ app }: { readonly app: Pick<AppStatus, 'locale' | 'theme'> }) {
  const { t } = useTranslation();
  const ThemeIcon = app.theme === 'dark' ? IconSun : IconMoon;
  return (
    <>
      <Tooltip label={t('action.theme')} position="right">
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('action.theme')}
          onClick={() => void call('preferences.set', { theme: app.theme === 'dark' ? 'light' : 'dark' })}
        >
          <ThemeIcon size={20} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('action.language')} position="right">
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('action.language')}
          onClick={() => void call('preferences.set', { locale: app.locale === 'en' ? 'zh-CN' : 'en' })}
        >
          <IconLanguage size={20} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}
