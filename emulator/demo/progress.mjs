/** A campaign's progress as the dashboard shows it: one line that changes, or lines in a log. */

const BAR = 30;
const UNDER_WAY = new Set(['planning', 'scheduled', 'running', 'paused']);

/** Shows each new state of `campaignStatus/{id}`; in a terminal in place. */
export class Progress {
  #last = '';

  /** @param {NodeJS.WriteStream} out */
  constructor(out = process.stdout) {
    this.out = out;
  }

  /** @param {import('firebase/firestore').DocumentData | undefined} status */
  show(status) {
    if (!status) return;
    const line = describe(status);
    if (line === this.#last) return;
    this.#last = line;
    this.out.write(this.out.isTTY ? `\r  ${line}\u001b[K` : `  ${line}\n`);
  }

  end() {
    if (this.out.isTTY && this.#last) this.out.write('\n');
  }
}

/** @param {import('firebase/firestore').DocumentData} status */
function describe({ state, audienceCount = 0, counts = {}, rate = 0, etaAt, error, notice }) {
  const open = (counts.planned ?? 0) + (counts.held ?? 0) + (counts.sending ?? 0);
  const done = state === 'planning' || state === 'queued' ? 0 : audienceCount - open;
  const filled = audienceCount ? Math.round((done / audienceCount) * BAR) : 0;
  const parts = [
    `${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}`, `${done}/${audienceCount}`, state,
  ];
  if (rate > 0) parts.push(`${Math.round(rate)} a second`);
  if (etaAt && UNDER_WAY.has(state)) parts.push(`done at ${etaAt.toDate().toISOString().slice(11, 19)}`);
  if (error) parts.push(`${error.code}: ${error.message}`);
  if (notice) parts.push(notice);
  return parts.join('  ');
}
