import type { CampaignState, Counts } from 'parley-client';

export const STATES: Record<CampaignState, string> = {
  queued: 'Waiting',
  planning: 'Planning',
  scheduled: 'Scheduled',
  running: 'Running',
  paused: 'Paused',
  cancelled: 'Cancelled',
  completed: 'Completed',
  completedWithErrors: 'Completed with errors',
  failed: 'Failed',
};

/** The states of people in the order in which they pass through them, with colours. */
export const RECIPIENTS: { state: keyof Counts; label: string; colour: string }[] = [
  { state: 'planned', label: 'Planned', colour: 'gray.4' },
  { state: 'held', label: 'Held', colour: 'yellow.6' },
  { state: 'sending', label: 'Sending', colour: 'blue.3' },
  { state: 'sent', label: 'Sent', colour: 'blue.6' },
  { state: 'delivered', label: 'Delivered', colour: 'teal.5' },
  { state: 'read', label: 'Read', colour: 'teal.7' },
  { state: 'replied', label: 'Replied', colour: 'green.8' },
  { state: 'skipped', label: 'Left out', colour: 'gray.6' },
  { state: 'unknown', label: 'Unknown', colour: 'orange.6' },
  { state: 'failed', label: 'Failed', colour: 'red.7' },
];
