/** Show a campaign's progress as a dashboard does: one line that changes, or lines in a log. */
import type { CampaignStatus } from 'parley-client';

const BAR = 30;
const UNDER_WAY = new Set(['planning', 'scheduled', 'running', 'paused']);

/** Shows each new state of `campaignStatus/{id}`, in a terminal in place. */
export class Progress {
  private last = '';

  constructor(private readonly out: NodeJS.WriteStream = process.stdout) {}

  show(status: CampaignStatus | undefined): void {
    if (!status) return;
    const line = describe(status);
    if (line === this.last) return;
    this.last = line;
    this.out.write(this.out.isTTY ? `\r  ${line}\u001b[K` : `  ${line}\n`);
  }

  end(): void {
    if (this.out.isTTY && this.last) this.out.write('\n');
  }
}

function describe({ state, audienceCount, counts, rate, etaAt, error, notice }: CampaignStatus): string {
  const open = counts.planned + counts.held + counts.sending;
  const done = state === 'planning' || state === 'queued' ? 0 : audienceCount - open;
  const filled = audienceCount ? Math.round((done / audienceCount) * BAR) : 0;
  const parts = [`${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}`, `${done}/${audienceCount}`, state];
  if (rate > 0) parts.push(`${Math.round(rate)} a second`);
  if (etaAt && UNDER_WAY.has(state)) parts.push(`done at ${etaAt.toDate().toISOString().slice(11, 19)}`);
  if (error) parts.push(`${error.code}: ${error.message}`);
  if (notice) parts.push(notice);
  return parts.join('  ');
}
