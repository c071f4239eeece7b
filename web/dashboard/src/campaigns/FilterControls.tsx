/** The controls of the filter builder, as react-querybuilder places them. */
import { ActionIcon, Autocomplete, Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { X } from 'lucide-react';
import { TextsInput } from 'parley-screen/TextsInput.js';
import type {
  ActionProps,
  CombinatorSelectorProps,
  FieldSelectorProps,
  NotToggleProps,
  OperatorSelectorProps,
  ValueEditorProps,
} from 'react-querybuilder';
import { useWords } from '../words/words.js';
import classes from './filterBuilder.module.css';
import { isTypeFixed, type Operator, operatorsOf, type Typed, takesList, typeOf, type ValueType } from './filters.js';

const FIXED = ['tags', 'locale', 'timeZone', 'createdAt', 'lastSeenAt'];

export function FieldSelector({ value, handleOnChange, context }: FieldSelectorProps) {
  const t = useWords();
  const known = (context as { known: Record<string, ValueType> }).known;
  return (
    <Autocomplete
      aria-label={t('words.filter.field')}
      placeholder="attributes.plan"
      data={[...Object.keys(known), ...FIXED]}
      value={value ?? ''}
      onChange={handleOnChange}
      dir="ltr"
    />
  );
}

export function OperatorSelector({ value, field, handleOnChange }: OperatorSelectorProps) {
  const t = useWords();
  const data = operatorsOf(field).map((op) => ({ value: op, label: t(`words.operator.${op}`) }));
  return (
    <NativeSelect
      aria-label={t('words.filter.operator')}
      data={data}
      value={value ?? '=='}
      onChange={(event) => handleOnChange(event.currentTarget.value)}
    />
  );
}

export function ValueEditor({ value, field, operator, handleOnChange }: ValueEditorProps) {
  const t = useWords();
  const typed = (value ?? { type: 'text', texts: [''] }) as Typed;
  const type = isTypeFixed(field, operator) ? typeOf(field, operator) : typed.type;
  const change = (changes: Partial<Typed>): void => handleOnChange({ type, texts: typed.texts, ...changes });
  return (
    <div className={classes.value}>
      {!isTypeFixed(field, operator) && (
        <NativeSelect
          aria-label={t('words.filter.type')}
          data={(['text', 'number', 'flag'] as const).map((each) => ({ value: each, label: t(`words.type.${each}`) }))}
          value={type}
          onChange={(event) => change({ type: event.currentTarget.value as ValueType })}
        />
      )}
      <Value type={type} operator={operator as Operator} typed={typed} onChange={(texts) => change({ texts })} />
    </div>
  );
}

interface ValueProps {
  type: ValueType;
  operator: Operator;
  typed: Typed;
  onChange(texts: string[]): void;
}

function Value({ type, operator, typed, onChange }: ValueProps) {
  const t = useWords();
  const label = t('words.filter.value');
  const [first = ''] = typed.texts;
  if (takesList(operator)) {
    const entered = typed.texts.filter(Boolean);
    return <TextsInput aria-label={label} placeholder={t('words.filter.values')} value={entered} onChange={onChange} />;
  }
  if (type === 'flag') {
    return (
      <NativeSelect
        aria-label={label}
        data={[
          { value: 'true', label: t('words.yes') },
          { value: 'false', label: t('words.no') },
        ]}
        value={first === 'false' ? 'false' : 'true'}
        onChange={(event) => onChange([event.currentTarget.value])}
      />
    );
  }
  const kind = type === 'time' ? 'datetime-local' : 'text';
  const mode = type === 'number' ? 'decimal' : 'text';
  return (
    <TextInput
      aria-label={label}
      type={kind}
      inputMode={mode}
      value={first}
      onChange={(event) => onChange([event.currentTarget.value])}
    />
  );
}

export function CombinatorSelector({ value, handleOnChange, rules }: CombinatorSelectorProps) {
  const t = useWords();
  return (
    <NativeSelect
      aria-label={t('words.filter.combinator')}
      data={[
        { value: 'and', label: t('words.filter.and') },
        { value: 'or', label: t('words.filter.or') },
      ]}
      disabled={rules.length < 2}
      value={value ?? 'and'}
      onChange={(event) => handleOnChange(event.currentTarget.value)}
    />
  );
}

export function NotToggle({ checked, handleOnChange }: NotToggleProps) {
  const t = useWords();
  return (
    <Checkbox
      label={t('words.filter.not')}
      checked={Boolean(checked)}
      onChange={(event) => handleOnChange(event.currentTarget.checked)}
      py={8}
    />
  );
}

export function AddRule({ handleOnClick }: ActionProps) {
  return <Add text="words.filter.addRule" onClick={handleOnClick} />;
}

export function AddGroup({ handleOnClick }: ActionProps) {
  return <Add text="words.filter.addGroup" onClick={handleOnClick} />;
}

function Add({ text, onClick }: { text: 'words.filter.addRule' | 'words.filter.addGroup'; onClick: () => void }) {
  const t = useWords();
  return (
    <Button variant="default" onClick={() => onClick()}>
      {t(text)}
    </Button>
  );
}

export function Remove({ handleOnClick }: ActionProps) {
  const t = useWords();
  return (
    <ActionIcon variant="subtle" size="lg" aria-label={t('words.filter.remove')} onClick={() => handleOnClick()}>
      <X size={16} aria-hidden />
    </ActionIcon>
  );
}
