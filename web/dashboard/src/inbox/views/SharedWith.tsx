import { Checkbox, Stack } from '@mantine/core';
import type { Staff } from 'parley-client';
import { useText } from '../texts.js';

const ROLES: readonly Staff['role'][] = ['owner', 'admin', 'agent', 'viewer'];

interface Props {
  roles: readonly Staff['role'][];
  onChange(roles: Staff['role'][]): void;
}

/** The roles that see a saved view. */
export function SharedWith({ roles, onChange }: Props) {
  const t = useText();
  return (
    <Checkbox.Group
      label={t('views.shared')}
      value={[...roles]}
      onChange={(chosen) => onChange(ROLES.filter((each) => chosen.includes(each)))}
    >
      <Stack gap={6} mt={6}>
        {ROLES.map((each) => (
          <Checkbox key={each} value={each} label={t(`views.role.${each}`)} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
