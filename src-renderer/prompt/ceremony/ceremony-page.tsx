import { Button, CloseButton, Group, Stack, Text, Title } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconFileText, IconKey, IconLifebuoy, IconPassword, IconQrcode, IconShieldCheck } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CeremonyStep } from '../../../src-shared/ipc/prompt-ceremony.ts';
import { callPrompt } from '../bridge.ts';
import promptClasses from '../prompt.module.css';
import classes from './ceremony.module.css';
import { NewPassword } from './new-password.tsx';
import { NewTotp } from './new-totp.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { Share } from './share.tsx';
import { ShareCheck } from './share-check.tsx';
import { ShareWords } from './share-words.tsx';
import { StandingByPassword } from './standing-by-password.tsx';

/** Steps that are not done again in a moment; the others have pages of their own (ceremony.tsx). */
type Step = Exclude<CeremonyStep, { asks: 'new-key' | 'key-code' | 'own-factor' }>;

const ICONS: { readonly [A in Step['asks']]: typeof IconKey } = {
  'new-password': IconPassword,
  'new-totp': IconQrcode,
  'recovery-codes': IconLifebuoy,
  share: IconFileText,
  'share-check': IconShieldCheck,
  'officer-password': IconKey,
  'own-password': IconKey,
  'share-words': IconFileText,
};

/** One step of a ceremony; leaving it is asked twice, since what was done so far is lost with it. */
export function CeremonyPage({ step }: { readonly step: Step }) {
  const { t } = useTranslation();
  const [leaving, setLeaving] = useState(false);
  useHotkeys([['Escape', () => setLeaving((before) => !before)]], []);
  const Icon = ICONS[step.asks];
  return (
    <main className={`${promptClasses['prompt']} ${classes['page']}`}>
      <header className={promptClasses['head']}>
        <Icon size={20} stroke={1.7} aria-hidden="true" />
        <Title order={1} size="h4">
          {titleOf(step, t)}
        </Title>
        <CloseButton
          className={promptClasses['close']}
          aria-label={t('action.cancel')}
          onClick={() => setLeaving(true)}
        />
      </header>
      {leaving && (
        <Stack gap="sm" className={classes['leaving']} role="alertdialog" aria-label={t('ceremony.leave')}>
          <Text fw={600}>{t('ceremony.leave')}</Text>
          <Text c="dimmed">{t('ceremony.leaveText')}</Text>
          <Group gap="sm">
            <Button autoFocus onClick={() => setLeaving(false)}>
              {t('ceremony.goOn')}
            </Button>
            <Button variant="default" onClick={() => void callPrompt('prompt.cancel')}>
              {t('ceremony.stop')}
            </Button>
          </Group>
        </Stack>
      )}
      <div className={classes['body']} hidden={leaving}>
        {partOf(step)}
      </div>
    </main>
  );
}

function partOf(step: Step): ReactNode {
  switch (step.asks) {
    case 'new-password':
      return <NewPassword step={step} />;
    case 'new-totp':
      return <NewTotp step={step} />;
    case 'recovery-codes':
      return <RecoveryCodes step={step} />;
    case 'share':
      return <Share step={step} />;
    case 'share-check':
      return <ShareCheck step={step} />;
    case 'officer-password':
    case 'own-password':
      return <StandingByPassword step={step} />;
    case 'share-words':
      return <ShareWords step={step} />;
  }
}

function titleOf(step: Step, t: TFunction): string {
  switch (step.asks) {
    case 'new-password':
      return t('ceremony.newPassword.title');
    case 'new-totp':
      return t('ceremony.newTotp.title');
    case 'recovery-codes':
      return t('ceremony.codes.title');
    case 'share':
      return t('ceremony.share.title', { number: step.paper.number });
    case 'share-check':
      return t('ceremony.shareCheck.title', { number: step.number });
    case 'officer-password':
      return t('ceremony.officer.title');
    case 'own-password':
      return t('ceremony.own.title');
    case 'share-words':
      return t('ceremony.shareWords.title', { keeper: step.keeper });
  }
}
