import { Alert, Checkbox, Stack } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { MINOR_MUSTS } from '../../src-shared/model/arrival.ts';

export type Must = (typeof MINOR_MUSTS)[number];

interface MinorMustsProps {
  readonly done: readonly Must[];
  readonly onDone: (done: Must[]) => void;
}

/** What is owed to whoever is under eighteen, each ticked when it is done. */
export function MinorMusts({ done, onDone }: MinorMustsProps) {
  const { t } = useTranslation();
  return (
    <Alert color="orange" title={t('arrival.minor')} icon={<IconAlertTriangle aria-hidden="true" />}>
      <Stack gap={6} role="group" aria-label={t('arrival.minor')}>
        {MINOR_MUSTS.map((must) => (
          <Checkbox
            key={must}
            size="sm"
            label={t(`arrival.must.${must}`)}
            checked={done.includes(must)}
            onChange={(event) =>
              onDone(event.currentTarget.checked ? [...done, must] : done.filter((one) => one !== must))
            }
          />
        ))}
      </Stack>
    </Alert>
  );
}
