import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { WINDOW_NAMES } from './window-names.ts';

interface WindowSelectProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (folio: number) => void;
}

/** Who is to pay: which window of the folio. */
export function WindowSelect({ label, value, onChange }: WindowSelectProps) {
  const { t } = useTranslation();
  return (
    <Select
      size="xs"
      w={110}
      label={label}
      data={WINDOW_NAMES.map((name, index) => ({ value: String(index + 1), label: t(`folio.window.${name}`) }))}
      value={String(value)}
      allowDeselect={false}
      onChange={(chosen) => onChange(Number(chosen ?? value))}
    />
  );
}
