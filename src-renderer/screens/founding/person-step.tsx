import { Button, Stack, Text } from '@mantine/core';
import { IconPassword } from '@tabler/icons-react';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge.ts';
import { emptyPerson, isWholePerson, PersonFields, personInput } from '../../components/person-fields.tsx';
import { sayError } from '../../i18n/format.ts';
import { type Take, useTaking } from './use-taking.ts';

interface PersonStepProps {
  readonly as: 'officer' | 'holder';
  readonly take: Take;
}

/** Who the officer or the first holder is; her password and her second factor she chooses in main's own window. */
export function PersonStep({ as, take }: PersonStepProps) {
  const { t, i18n } = useTranslation();
  const [person, setPerson] = useState(emptyPerson);
  const { working, error, send } = useTaking(take);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void send(() => call('founding.enrol', { as, ...personInput(person) }));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text c="dimmed">{t(as === 'officer' ? 'founding.officerText' : 'founding.holderText')}</Text>
        <PersonFields person={person} onChange={setPerson} />
        {error !== null && (
          <Text c="var(--bad)" size="sm" role="alert">
            {sayError(t, error, i18n.language)}
          </Text>
        )}
        <Button
          type="submit"
          leftSection={<IconPassword size={18} aria-hidden="true" />}
          loading={working}
          disabled={!isWholePerson(person)}
        >
          {t('founding.enrol')}
        </Button>
        <Text size="xs" c="dimmed" ta="center">
          {t('founding.enrolHint')}
        </Text>
      </Stack>
    </form>
  );
}
