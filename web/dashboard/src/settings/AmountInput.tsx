import { NumberInput } from '@mantine/core';
import { useState } from 'react';
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

/**
 * A number that may be left empty.
 *
 * What is typed stays in the field while it means the value: Mantine gives `12.` and `12.50` as texts
 * (`findings/mantine-number-input-loses-digits.sh`).
 */
export function AmountInput({ value, min = 1, max, isExact = false, onChange, ...rest }: Props) {
  const [typed, setTyped] = useState<number | string>(value);
  return (
    <NumberInput
      {...rest}
      value={amountOf(typed) === value ? typed : value}
      min={min}
      max={max}
      allowDecimal={isExact}
      allowNegative={false}
      // The least is held when the field is left: a small amount begins with zeros, which are less.
      isAllowed={({ floatValue = 0 }) => floatValue <= max}
      onChange={(given) => {
        setTyped(given);
        onChange(amountOf(given));
      }}
    />
  );
}

function amountOf(typed: number | string): Amount {
  const amount = Number(typed);
  return typed === '' || Number.isNaN(amount) ? '' : amount;
}
