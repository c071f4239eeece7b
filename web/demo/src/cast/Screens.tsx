import { Anchor, Text } from '@mantine/core';
import { useText } from '../texts.js';
import { PHONES, type Role, STAFF } from './cast.js';
import classes from './Screens.module.css';

/** What each of them looks at. */
export function Phones() {
  const t = useText();
  return (
    <div className={classes.phones}>
      {PHONES.map((role) => (
        <Screen
          key={role.uid}
          role={role}
          label={t('demo.phoneOf', { name: role.name })}
          className={classes.phone ?? ''}
        />
      ))}
    </div>
  );
}

export function Desk() {
  const t = useText();
  return <Screen role={STAFF} label={t('demo.dashboard', { name: STAFF.name })} className={classes.desk ?? ''} />;
}

function Screen({ role, label, className }: { role: Role; label: string; className: string }) {
  const t = useText();
  return (
    <figure className={classes.screen}>
      <figcaption className={classes.caption}>
        <Text span size="sm" fw={600}>
          {label}
        </Text>
        <Anchor href={role.screen} target="_blank" size="xs" aria-label={`${t('demo.inTab')}: ${label}`}>
          {t('demo.inTab')}
        </Anchor>
      </figcaption>
      <iframe id={`screen-${role.uid}`} className={className} title={label} src={role.screen} allow="clipboard-write" />
    </figure>
  );
}
