import { Alert, Button, Checkbox, Modal, Select, Stack, Text } from '@mantine/core';
import { IconPassword, IconUserPlus } from '@tabler/icons-react';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { StaffItem } from '../../../src-shared/ipc/views.ts';
import { ROLES, type Role } from '../../../src-shared/model/entities.ts';
import { call } from '../../bridge.ts';
import { emptyPerson, isWholePerson, PersonFields, personInput } from '../../components/person-fields.tsx';
import { sayError } from '../../i18n/format.ts';

/** A button that adds somebody to the staff, and the form behind it. */
export function AddPerson() {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const close = () => {
    void call('session.cancel');
    setShown(false);
  };
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconUserPlus size={16} aria-hidden="true" />}
        onClick={() => setShown(true)}
      >
        {t('addPerson.title')}
      </Button>
      <Modal
        opened={shown}
        onClose={close}
        title={t('addPerson.title')}
        size="lg"
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        {shown && <PersonForm />}
      </Modal>
    </>
  );
}

/** Who she is; her password and second factor she chooses in main's own window. */
function PersonForm() {
  const { t, i18n } = useTranslation();
  const [person, setPerson] = useState(emptyPerson);
  const [role, setRole] = useState<Role>('receptionist');
  const [told, setTold] = useState(false);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<IpcError | null>(null);
  const [added, setAdded] = useState<StaffItem | null>(null);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setWorking(true);
    const result = await call('staff.enrol', { ...personInput(person), role });
    setWorking(false);
    setError(result.ok || result.error.code === 'cancelled' ? null : result.error);
    if (result.ok) setAdded(result.value);
  };
  if (added !== null) {
    return (
      <Alert color="teal" role="status" icon={<IconUserPlus aria-hidden="true" />}>
        <Text fw={600}>{t('addPerson.done', { name: added.name, number: added.staffNumber })}</Text>
        <Text size="sm">{t('addPerson.noKeys')}</Text>
      </Alert>
    );
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <Text c="dimmed">{t('addPerson.text')}</Text>
        <PersonFields person={person} onChange={setPerson} />
        <Select
          label={t('addPerson.role')}
          allowDeselect={false}
          data={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
          value={role}
          onChange={(chosen) => setRole(ROLES.find((one) => one === chosen) ?? role)}
        />
        <Checkbox
          label={t('addPerson.told')}
          checked={told}
          onChange={(event) => setTold(event.currentTarget.checked)}
        />
        {error !== null && (
          <Text c="var(--bad)" size="sm" role="alert">
            {sayError(t, error, i18n.language)}
          </Text>
        )}
        <Button
          type="submit"
          leftSection={<IconPassword size={18} aria-hidden="true" />}
          loading={working}
          disabled={!told || !isWholePerson(person)}
        >
          {t('addPerson.submit')}
        </Button>
      </Stack>
    </form>
  );
}
