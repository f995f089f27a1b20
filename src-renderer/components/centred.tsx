import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppStatus } from '../../src-shared/ipc/views.ts';
import classes from './centred.module.css';
import { DisplaySwitches } from './display-switches.tsx';
import { Logo } from './logo.tsx';

interface CentredProps {
  readonly app: AppStatus | null;
  readonly width?: 'narrow' | 'wide' | 'roomy';
  readonly children: ReactNode;
}

/** One panel in the middle, for everything that stands before the desk: starting, sign-in, first run, faults. */
export function Centred({ app, width = 'narrow', children }: CentredProps) {
  const { t } = useTranslation();
  return (
    <div className={classes['page']}>
      <main className={classes['middle']} data-width={width}>
        <div className={classes['brand']}>
          <Logo size={40} />
          <div>
            <b>{app?.propertyName ?? `${t('app.name')} ${t('app.latin')}`}</b>
            <span>{app?.propertyNameLatin ?? ''}</span>
          </div>
        </div>
        {children}
      </main>
      <footer className={classes['foot']}>
        {app !== null && (
          <>
            <span>
              {t('app.name')} {t('app.latin')} {app.version}
            </span>
            {app.terminalName !== '' && <span>{app.terminalName}</span>}
            {app.demo && <span>{t('app.demo')}</span>}
            <DisplaySwitches app={app} />
          </>
        )}
      </footer>
    </div>
  );
}
