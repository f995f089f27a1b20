import { Button, Group, Loader, Stack, Stepper, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcResult } from '../../../src-shared/ipc/errors.ts';
import type { AppStatus, FoundingView } from '../../../src-shared/ipc/views.ts';
import { call } from '../../bridge.ts';
import { Centred } from '../../components/centred.tsx';
import { useAnswer } from '../../components/use-answer.ts';
import { CodeStep } from './code-step.tsx';
import { HotelStep } from './hotel-step.tsx';
import { PersonStep } from './person-step.tsx';
import { SendStep } from './send-step.tsx';
import { SharesStep } from './shares-step.tsx';

const STEPS = ['code', 'hotel', 'officer', 'holder', 'shares', 'send'] as const;
const askView = () => call('founding.view');

interface FoundingScreenProps {
  readonly app: AppStatus;
  readonly onBack: () => void;
}

/** A new hotel, step by step; what is done is main's to know, so that a page that comes up anew goes on where it was. */
export function FoundingScreen({ app, onBack }: FoundingScreenProps) {
  const { t } = useTranslation();
  const { value } = useAnswer(askView);
  const [newer, setNewer] = useState<FoundingView | null>(null);
  const [sure, setSure] = useState(false);
  const view = newer ?? value;
  /** Takes main's answer. @returns what was wrong with it */
  const take = (result: IpcResult<FoundingView>) => {
    if (result.ok) setNewer(result.value);
    return result.ok ? null : result.error;
  };
  const leave = async () => {
    if (view?.propertyId != null && !sure) return setSure(true);
    await call('founding.drop');
    onBack();
  };
  if (view === null) {
    return (
      <Centred app={app}>
        <Loader size="sm" />
      </Centred>
    );
  }
  const active = activeStep(view);
  return (
    <Centred app={app} width="roomy">
      <Stack gap="lg">
        <Title order={2} size="h3">
          {t('founding.title')}
        </Title>
        <Stepper active={active} size="xs" iconSize={24} allowNextStepsSelect={false} aria-label={t('founding.title')}>
          {STEPS.map((step) => (
            <Stepper.Step key={step} label={t(`founding.step.${step}`)} />
          ))}
        </Stepper>
        {active === 0 && <CodeStep take={take} />}
        {active === 1 && <HotelStep view={view} take={take} />}
        {active === 2 && <PersonStep key="officer" as="officer" take={take} />}
        {active === 3 && <PersonStep key="holder" as="holder" take={take} />}
        {active === 4 && <SharesStep take={take} />}
        {active === 5 && <SendStep view={view} take={take} />}
        {sure ? (
          <Group gap="sm" role="alertdialog" aria-label={t('founding.dropSure')}>
            <Text size="sm">{t('founding.dropSure')}</Text>
            <Button size="compact-sm" autoFocus onClick={() => setSure(false)}>
              {t('ceremony.goOn')}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => void leave()}>
              {t('founding.drop')}
            </Button>
          </Group>
        ) : (
          <Group>
            <Button size="compact-sm" variant="subtle" color="gray" onClick={() => void leave()}>
              {view.propertyId === null ? t('founding.back') : t('founding.drop')}
            </Button>
          </Group>
        )}
      </Stack>
    </Centred>
  );
}

/** The first thing that is still missing. */
function activeStep({ propertyId, hotel, officer, holder, fingerprint }: FoundingView): number {
  const missing = [propertyId, hotel, officer, holder, fingerprint].indexOf(null);
  return missing === -1 ? STEPS.length - 1 : missing;
}
