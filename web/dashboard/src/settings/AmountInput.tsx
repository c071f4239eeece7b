import { NumberInput } from '@mantine/core';
import type { Amount } from './values.js';

interface Props {
  label: string;
  description?: string;
  value: Amount;
  min?: number;
  max: number;
  /** Whether parts of one are allowed. */
  isExact?: boolean;
  onChange(value: Amount): void;
}

/** A number that may be left empty. */
export function AmountInput({ min = 1, isExact = false, onChange, ...rest }: Props) {
  return (
    <NumberInput
      {...rest}
      min={min}
      allowDecimal={isExact}
      clampBehavior="strict"
      onChange={(value) => onChange(typeof value === 'number' ? value : '')}
    />
  );
}
