import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { uidOf, usePersonName } from '../names.js';
import { useText } from '../texts.js';
import classes from './BulkBar.module.css';

interface Props {
  /** Why each could not be changed, by case; the server tells the first 20. */
  reasons: Readonly<Record<string, string>>;
  /** How many failed in all. */
  count: number;
}

/** The cases that a job could not change, by their persons' names; a read for each name that is not known yet. */
export function FailedCases({ reasons, count }: Props) {
  const t = useText();
  const told = Object.entries(reasons);
  const untold = count - told.length;
  return (
    <ul className={classes.failed} aria-label={t('bulk.failedCases')}>
      {told.map(([chatId, reason]) => (
        <FailedCase key={chatId} chatId={chatId} reason={reason} />
      ))}
      {untold > 0 && (
        <Text component="li" size="xs">
          {t('bulk.failedMore', { count: untold })}
        </Text>
      )}
    </ul>
  );
}

function FailedCase({ chatId, reason }: { chatId: string; reason: string }) {
  const t = useText();
  const name = usePersonName(uidOf(chatId));
  const why = `bulk.why.${reason}`;
  return (
    <Text component="li" size="xs">
      <Link to="/inbox/$chatId" params={{ chatId }} search={(search) => search} dir="auto">
        {name}
      </Link>
      {': '}
      {isKnown(why) ? t(why) : t('bulk.why.other', { reason })}
    </Text>
  );
}

const KNOWN = ['bulk.why.unknownChat', 'bulk.why.wrongKind', 'bulk.why.pastTime', 'bulk.why.notSnoozed'] as const;

function isKnown(why: string): why is (typeof KNOWN)[number] {
  return KNOWN.some((each) => each === why);
}
