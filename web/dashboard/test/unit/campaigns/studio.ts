/** What the composer and the list of campaigns call: drafts, previews, and sending. */
import type { CampaignDraft, NewCampaign, ParleyError } from 'parley-client';
import { type Draft, newDraft } from '../../../src/campaigns/job.js';
import type { Preview } from '../../../src/campaigns/usePreview.js';
import { Alive, alive } from './alive.js';

type Stored = ReadonlyMap<string, Pick<CampaignDraft, 'name' | 'job' | 'step'>>;

/** The drafts that the staff see, and one place where they change. */
export class Drafts extends Alive<Stored> {
  save = async ({ id = 'new', name, job, step }: { id?: string; name: string; job: object; step: string }) => {
    this.tell(new Map([...this.value, [id, { name, job: job as Record<string, unknown>, step }]]));
    return id;
  };

  remove = async (id: string) => {
    this.tell(new Map([...this.value].filter(([each]) => each !== id)));
  };

  /** The pages close what they opened; the drafts go on. */
  override close(): void {}
}

export class Studio {
  readonly drafts: Drafts;
  readonly sent: NewCampaign[] = [];
  /** Refuse the next previews. */
  refusals: ParleyError[] = [];

  constructor(
    draft: Partial<Draft> = {},
    private readonly preview: Partial<Preview> = {},
  ) {
    const stored = { ...newDraft, name: 'Spring', body: 'Hello', ...draft };
    this.drafts = new Drafts(new Map([['d1', { name: stored.name, job: { ...stored }, step: 'time' }]]));
  }

  campaignDrafts = () => this.drafts;
  campaigns = () => alive({ items: [], hasMore: false, isFromCache: false });
  people = () => alive({ items: [], hasMore: false, isFromCache: false });
  person = (uid: string) => alive({ uid, displayName: `Person ${uid}` });
  campaign = () => alive(null);
  campaignJob = () => alive(null);

  previewCampaign = async (): Promise<Preview> => {
    const refusal = this.refusals.shift();
    if (refusal) throw refusal;
    return {
      audienceCount: 120,
      willSend: 100,
      excluded: { noPhone: 20 },
      samples: [],
      firestore: { reads: 1, writes: 1, deletes: 0, price: 0.01 },
      durationSeconds: 60,
      warnings: [],
      ...this.preview,
    };
  };

  sendCampaign = async (job: NewCampaign): Promise<string> => {
    this.sent.push(job);
    return 'c9';
  };
}
