import { QueryBuilder } from 'react-querybuilder';
import {
  AddGroup,
  AddRule,
  CombinatorSelector,
  FieldSelector,
  NotToggle,
  OperatorSelector,
  Remove,
  ValueEditor,
} from './FilterControls.js';
import classes from './filterBuilder.module.css';
import { operatorsOf, type Query, typeOf, type ValueType } from './filters.js';

const CONTROLS = {
  addGroupAction: AddGroup,
  addRuleAction: AddRule,
  combinatorSelector: CombinatorSelector,
  fieldSelector: FieldSelector,
  notToggle: NotToggle,
  operatorSelector: OperatorSelector,
  removeGroupAction: Remove,
  removeRuleAction: Remove,
  valueEditor: ValueEditor,
};

interface Props {
  query: Query;
  onChange(query: Query): void;
  /** The attributes that people have, with their types: suggestions, not a limit. */
  attributes?: Readonly<Record<string, ValueType>>;
}

const NONE: Readonly<Record<string, ValueType>> = {};

/** Build a filter in the audience's language. */
export function FilterBuilder({ query, onChange, attributes = NONE }: Props) {
  const [first = 'tags'] = Object.keys(attributes);
  const fields = [
    ...new Set([first, ...Object.keys(attributes), 'tags', 'locale', 'timeZone', 'createdAt', 'lastSeenAt']),
  ];
  return (
    <div className={classes.builder}>
      <QueryBuilder
        fields={fields.map((name) => ({ name, label: name }))}
        query={query as never}
        onQueryChange={(changed: unknown) => onChange(changed as Query)}
        controlElements={CONTROLS as never}
        context={{ known: attributes }}
        getOperators={(field: string) => operatorsOf(field).map((name) => ({ name, label: name })) as never}
        getDefaultOperator={(field: string) => operatorsOf(field)[0] ?? '=='}
        getDefaultValue={({ field, operator }: { field: string; operator: string }) => ({
          type: typeOf(field, operator, attributes),
          texts: [''],
        })}
        resetOnFieldChange
        showNotToggle
        maxLevels={4}
      />
    </div>
  );
}
