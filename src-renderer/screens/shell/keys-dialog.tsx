import { Modal, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useView } from '../../state/stores.ts';

const KEYS = [
  ['Ctrl K', 'search'],
  ['Ctrl L', 'lock'],
  ['Alt S', 'switch'],
  ['Alt U', 'unlock'],
  ['Alt 1 2 3 4', 'areas'],
  ['1 2 3', 'lists'],
  ['N', 'newReservation'],
  ['W', 'walkIn'],
  ['/', 'filter'],
  ['↑ ↓ Enter', 'move'],
  ['Esc', 'back'],
  ['?', 'help'],
] as const;

/** Every key of the desk: a mouse is never needed. */
export function KeysDialog() {
  const { t } = useTranslation();
  const shown = useView((state) => state.keysShown);
  return (
    <Modal
      opened={shown}
      onClose={() => useView.getState().showKeys(false)}
      title={t('keys.title')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <Table verticalSpacing={6}>
        <Table.Tbody>
          {KEYS.map(([keys, what]) => (
            <Table.Tr key={what}>
              <Table.Td w={120}>
                <kbd>{keys}</kbd>
              </Table.Td>
              <Table.Td>{t(`keys.${what}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
