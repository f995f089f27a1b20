import { ActionIcon, Tooltip, UnstyledButton } from '@mantine/core';
import { IconKeyboard } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AppStatus } from '../../../src-shared/ipc/views.ts';
import { DisplaySwitches } from '../../components/display-switches.tsx';
import { Logo } from '../../components/logo.tsx';
import { type Place, useView } from '../../state/stores.ts';
import type { AreaEntry } from './places.ts';
import classes from './shell.module.css';

interface RailProps {
  readonly app: AppStatus;
  readonly areas: readonly AreaEntry[];
  readonly place: Place;
  /** Open cases; 0 for whoever has none. */
  readonly openCases: number;
}

/** The work areas of this role. */
export function Rail({ app, areas, place, openCases }: RailProps) {
  const { t } = useTranslation();
  const { go, showKeys } = useView.getState();
  const here = place.area === 'stay' || place.area === 'conflicts' ? 'today' : place.area;
  return (
    <nav className={classes['rail']} aria-label={t('area.label')}>
      <div className={classes['logo']}>
        <Logo size={34} />
      </div>
      {areas.map(({ area, icon: Icon }) => (
        <UnstyledButton
          key={area}
          className={classes['area']}
          aria-current={area === here ? 'page' : undefined}
          onClick={() => go({ area })}
        >
          <Icon size={22} stroke={1.6} aria-hidden="true" />
          <span>{t(`area.${area}`)}</span>
          {area === 'cases' && openCases > 0 && (
            <b className={classes['badge']} title={t('cases.open', { count: openCases })}>
              {openCases}
            </b>
          )}
        </UnstyledButton>
      ))}
      <div className={classes['foot']}>
        <Tooltip label={`${t('action.keys')} ?`} position="right">
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('action.keys')}
            onClick={() => showKeys(true)}
          >
            <IconKeyboard size={20} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
        <DisplaySwitches app={app} />
      </div>
    </nav>
  );
}
