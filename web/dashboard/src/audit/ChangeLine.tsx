import { Anchor, Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import type { ListedChange } from 'parley-client';
import { useLanguage } from 'parley-screen/language.js';
import { useTimes } from 'parley-screen/times.js';
import { useMemo } from 'react';
import { usePersonName } from '../inbox/names.js';
import { useWords } from '../words/words.js';
import classes from './AuditPage.module.css';
import { changedIn, isAction, isTime, personIn } from './changed.js';
import { useText } from './texts.js';

/** Fields that are shown at first. */
const FEW = 4;
/** A longer value is cut at first. */
const LONG = 160;

/** One change: what was done, to whom, by whom and when, and each field before and after. */
export function ChangeLine({ change, by }: { change: ListedChange; by: string }) {
  const t = useText();
  const times = useTimes();
  const spell = useSpelled();
  const [isOpen, { toggle }] = useDisclosure();
  const { action, at } = change;
  const fields = useMemo(() => changedIn(change), [change]);
  const person = personIn(change);
  const texts = fields.map(({ field, before, after }) => ({
    field,
    before: isNothing(before) ? undefined : spell(before),
    after: isNothing(after) ? t('audit.removed') : spell(after),
  }));
  const isLong = texts.length > FEW || texts.some(({ before = '', after }) => before.length + after.length > LONG);
  return (
    <div className={classes.line} data-change={change.entryId}>
      <div className={classes.top}>
        <Text size="sm" fw={600} component="div">
          {isAction(action) ? t(`audit.action.${action}`) : action}
          {person !== undefined && (
            <>
              {' · '}
              <PersonLink userId={person} />
            </>
          )}
        </Text>
        <Text size="xs" c="dimmed" component="time" dateTime={at.toDate().toISOString()} title={times.full(at)}>
          {times.short(at)}
        </Text>
      </div>
      <Text size="xs" c="dimmed">
        {t('audit.doneBy', { name: by })}
      </Text>
      {texts.length > 0 && (
        <dl className={classes.fields}>
          {texts.slice(0, isOpen ? undefined : FEW).map(({ field, before, after }) => (
            <div key={field} className={classes.field}>
              <dt dir="ltr">{field}</dt>
              <dd className={isOpen ? undefined : classes.short}>
                {before !== undefined && (
                  <>
                    <bdi>{before}</bdi> {t('audit.arrow')}{' '}
                  </>
                )}
                <bdi>{after}</bdi>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {isLong && (
        <Button data-act="show" size="compact-xs" variant="subtle" mt={4} aria-expanded={isOpen} onClick={toggle}>
          {isOpen ? t('audit.less') : t('audit.all', { count: texts.length })}
        </Button>
      )}
    </div>
  );
}

function PersonLink({ userId }: { userId: string }) {
  const name = usePersonName(userId);
  return (
    <Anchor inherit renderRoot={(props) => <Link to="/people/$userId" params={{ userId }} {...props} />}>
      <bdi>{name}</bdi>
    </Anchor>
  );
}

/** A hook that spells a value in the reader's language. */
function useSpelled(): (value: unknown) => string {
  const words = useWords();
  const times = useTimes();
  const { language } = useLanguage();
  return spell;

  function spell(value: unknown): string {
    if (typeof value === 'string') return value || '–';
    if (typeof value === 'boolean') return words(value ? 'words.yes' : 'words.no');
    if (typeof value === 'number') return value.toLocaleString(language);
    if (Array.isArray(value)) return value.map(spell).join(', ') || '–';
    if (isTime(value)) return times.full(value.toDate());
    return isNothing(value) ? '–' : JSON.stringify(value);
  }
}

function isNothing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}
