import type { CampaignState } from 'parley-client';
import type { Share } from './progress.js';

/** A colour for each state of a person, of Mantine's palette; texts beside it say the state. */
export const COLOURS: Record<Share['state'], string> = {
  unplanned: 'gray.2',
  planned: 'gray.4',
  held: 'yellow.6',
  sending: 'blue.3',
  sent: 'blue.6',
  delivered: 'teal.5',
  read: 'teal.7',
  replied: 'green.8',
  skipped: 'gray.6',
  unknown: 'orange.6',
  failed: 'red.7',
};

/** The CSS value of such a colour. */
export function cssColour(state: Share['state']): string {
  return `var(--mantine-color-${COLOURS[state].replace('.', '-')})`;
}

export const CAMPAIGN_COLOURS: Record<CampaignState, string> = {
  queued: 'gray',
  planning: 'blue',
  scheduled: 'indigo',
  running: 'blue',
  paused: 'yellow',
  cancelled: 'gray',
  completed: 'teal',
  completedWithErrors: 'orange',
  failed: 'red',
};

const ENDED: ReadonlySet<CampaignState> = new Set(['cancelled', 'completed', 'completedWithErrors', 'failed']);

export function hasEnded(state: CampaignState): boolean {
  return ENDED.has(state);
}
