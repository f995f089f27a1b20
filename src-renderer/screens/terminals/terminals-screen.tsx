import { Alert, Button, Table, Text } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge.ts';
import { useAnswer } from '../../components/use-answer.ts';
import { sayError } from '../../i18n/format.ts';
import { useTerminal } from '../../state/stores.ts';
import { NewCode } from './new-code.tsx';
import { ShutOutDialog, type ShutOutQuestion } from './shut-out-dialog.tsx';
import { TerminalRow } from './terminal-row.tsx';
import classes from './terminals.module.css';

const askTerminals = () => call('terminals.view');

/** Every terminal of the hotel, how it is, and what can be done about one that is lost: told by the server, which is who knows. */
export function TerminalsScreen() {
  const { t, i18n } = useTranslation();
  const version = useTerminal(({ dataVersion, sync }) => dataVersion * 1_000 + (sync?.queued ?? 0));
  const { value: terminals, error, again } = useAnswer(askTerminals, version);
  const [question, setQuestion] = useState<ShutOutQuestion | null>(null);
  return (
    <section className={classes['terminals']} aria-label={t('terminals.title')}>
      <header className={classes['head']}>
        <h1>{t('terminals.title')}</h1>
        <Text size="xs" c="dimmed" className={classes['explain']}>
          {t('terminals.explain')}
        </Text>
        <Button variant="default" leftSection={<IconRefresh size={16} aria-hidden="true" />} onClick={again}>
          {t('terminals.again')}
        </Button>
        <NewCode />
      </header>
      {error !== null && (
        <Alert color="orange" icon={<IconAlertTriangle />}>
          {sayError(t, error, i18n.language)}
        </Alert>
      )}
      <div className={classes['table']}>
        <Table stickyHeader verticalSpacing={7} horizontalSpacing="md">
          <Table.Thead>
            <Table.Tr>
              {(['name', 'state', 'seen', 'certificate', 'version', 'enrolled'] as const).map((column) => (
                <Table.Th key={column}>{t(`terminals.${column}`)}</Table.Th>
              ))}
              <Table.Th aria-label={t('terminals.actions')} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {terminals?.map((one) => (
              <TerminalRow key={one.id} one={one} onAsk={setQuestion} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
      <ShutOutDialog
        question={question}
        onClose={() => {
          setQuestion(null);
          again();
        }}
      />
    </section>
  );
}
