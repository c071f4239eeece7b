import { Badge, Group } from '@mantine/core';
import type { ServiceUser } from 'parley-client';
import { useText } from '../texts.js';
import classes from './PersonPanel.module.css';

const OWN = ['phone', 'email', 'locale', 'timeZone'] as const;

/** How to reach the person, and what the service knows of them. */
export function Attributes({ person }: { person: ServiceUser }) {
  const t = useText();
  const { uid, tags = [], attributes = {} } = person;
  return (
    <>
      <dl className={classes.facts}>
        <dt>{t('person.id')}</dt>
        <dd dir="ltr">{uid}</dd>
        {OWN.map((field) => {
          const value = person[field];
          return value !== undefined && <Fact key={field} name={t(`person.${field}`)} value={value} />;
        })}
        {Object.entries(attributes).map(([name, value]) => (
          <Fact key={name} name={name} value={typeof value === 'object' ? JSON.stringify(value) : String(value)} />
        ))}
      </dl>
      {tags.length > 0 && (
        <Group gap={4} mt={10}>
          {tags.map((tag) => (
            <Badge key={tag} variant="light" size="sm" tt="none">
              {tag}
            </Badge>
          ))}
        </Group>
      )}
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt dir="auto">{name}</dt>
      <dd dir="auto">{value}</dd>
    </>
  );
}
