import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconDoorEnter } from '@tabler/icons-react';
import { type SubmitEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { ReadDocument, RoomChoice, StayRecord } from '../../../src-shared/ipc/views.ts';
import type { RoomId } from '../../../src-shared/model/ids.ts';
import { call } from '../../bridge.ts';
import { DocumentField, OtherRecord } from '../../components/document-field.tsx';
import { MinorMusts, type Must } from '../../components/minor-musts.tsx';
import { RoomSelect } from '../../components/room-select.tsx';
import { useAnswer } from '../../components/use-answer.ts';
import { sayError } from '../../i18n/format.ts';
import { useTerminal } from '../../state/stores.ts';

interface CheckInPanelProps {
  readonly record: StayRecord;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

const NO_ROOMS: readonly RoomChoice[] = [];

/** The document, what is owed to a minor, the room: Enter checks in. */
export function CheckInPanel({ record, onDone, onClose }: CheckInPanelProps) {
  const { t, i18n } = useTranslation();
  const { stayId } = record.stay;
  const dataVersion = useTerminal((state) => state.dataVersion);
  const ask = useCallback(() => call('room.list', { stayId }), [stayId]);
  const rooms = useAnswer(ask, dataVersion).value ?? NO_ROOMS;
  const [document, setDocument] = useState<ReadDocument | null>(null);
  const [usesOther, setUsesOther] = useState(false);
  const [musts, setMusts] = useState<Must[]>([]);
  const [chosen, setChosen] = useState<RoomId | null>(null);
  const [error, setError] = useState<IpcError | null>(null);
  const [working, setWorking] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  // A document that says nothing else is followed by one Enter.
  useEffect(() => {
    if (document !== null && !document.isMinor && document.belongsTo === null) button.current?.focus();
  }, [document]);
  const isReady = (room: RoomChoice) => room.isFree && (room.status === 'inspected' || room.status === 'clean');
  // The room it has, as long as she can move in; otherwise the best there is.
  const own = rooms.find((room) => room.roomId === record.roomId);
  const suggested = own !== undefined && isReady(own) ? own : (rooms.find(isReady) ?? null);
  const roomId = chosen ?? suggested?.roomId ?? null;
  const onFile = record.fields.some(({ field, masked }) => field === 'documentNumber' && masked !== null);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (working || roomId === null) return;
    setWorking(true);
    const guestId = usesOther ? (document?.belongsTo?.guestId ?? null) : null;
    const result = await call('stay.checkIn', {
      stayId,
      roomId,
      document: document?.readingId ?? null,
      guestId,
      musts,
    });
    setWorking(false);
    if (result.ok) onDone();
    else setError(result.error);
  };
  const isAboutRoom = error?.rule !== undefined;
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${t('arrival.title')} · ${record.guest.name}`}
      size="xl"
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          <DocumentField
            stayId={stayId}
            kind={record.guest.documentType}
            document={document}
            autoFocus
            onRead={(read) => {
              setDocument(read);
              setUsesOther(false);
              setError(null);
            }}
          />
          {document !== null && document.belongsTo === null && (
            <Text size="sm" c="dimmed">
              {t(`arrival.onFile.${document.onFile}`)}
            </Text>
          )}
          {document !== null && <OtherRecord document={document} used={usesOther} onUse={setUsesOther} />}
          {document?.isMinor === true && <MinorMusts done={musts} onDone={setMusts} />}
          <RoomSelect
            label={t('arrival.room')}
            placeholder={t('arrival.chooseRoom')}
            rooms={rooms}
            roomId={roomId}
            onRoom={setChosen}
            error={isAboutRoom && error !== null ? sayError(t, error, i18n.language) : null}
          />
          {document === null && !onFile && (
            <Text size="sm" c="var(--warn)">
              {t('arrival.withoutDocument')}
            </Text>
          )}
          {error !== null && !isAboutRoom && (
            <Text size="sm" c="var(--bad)" role="alert">
              {sayError(t, error, i18n.language)}
            </Text>
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button
              ref={button}
              type="submit"
              loading={working}
              disabled={roomId === null}
              leftSection={<IconDoorEnter size={17} aria-hidden="true" />}
            >
              {t('arrival.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
