/** The cases of a service, as its staff work on them: what the dashboard's inbox does. */
import { FieldPath, orderBy, where } from 'firebase/firestore';
import type { Batch, BulkJob, Chat, SmsJob } from '../../../schema/exported/parley.js';
import { ACTS } from './acts.js';
import type {
  CampaignOfPerson,
  CasesAsked,
  CasesChanges,
  CasesToChange,
  FoundCase,
  Opened,
  SentTest,
} from './calls.js';
import { type CaseItem, CaseViews, type ViewName, type ViewSettings } from './caseViews.js';
import { ChatList } from './chatList.js';
import type { Connection } from './connection.js';
import { Desk } from './desk.js';
import { isRefusal } from './errors.js';
import type { OwnHorizons } from './horizons.js';
import type { Live } from './live.js';
import { Notes } from './notes.js';
import { PAGE_SIZE, type Paging } from './paging.js';
import { newId, paths, serviceMember } from './paths.js';
import { ChatSession } from './session.js';
import { CannedAnswers, SavedViews } from './shelf.js';
import { DocumentList, watchOne } from './watching.js';

export type CaseState = NonNullable<Chat['state']>;

export interface ListedCase extends Chat {
  chatId: string;
}

/** Changes of a case by staff. */
export interface CaseChanges {
  state?: CaseState;
  /** Only with the state `snoozed`. */
  snoozedUntil?: Date;
  /** With the state `snoozed` in place of a time: until the person writes. */
  untilReply?: true;
  /** A staff member's uid, or null for nobody. */
  assigneeId?: string | null;
  /** Assign only if the case is theirs, or nobody's, so far. */
  expectedAssigneeId?: string | null;
}

export interface ListedBatch extends Batch {
  batchId: string;
}

export interface ListedBulkJob extends BulkJob {
  jobId: string;
}

export interface BulkJobsAsked extends Paging {
  /** The uid of their author. */
  createdBy?: string;
}

/** For the roles `owner`, `admin` and `agent`; a `viewer` can only read. */
export class Inbox {
  private readonly views: CaseViews;

  constructor(
    protected readonly connection: Connection,
    protected readonly horizons: OwnHorizons,
    protected readonly serviceId: string,
  ) {
    this.views = new CaseViews(connection, serviceId);
  }

  /** List the cases of a view; see `CaseViews`. */
  view(view: ViewName, settings: ViewSettings = {}): DocumentList<CaseItem> {
    return this.views.list(view, settings);
  }

  /** Count the cases of a view: a read for each 1,000, and at least one. */
  count(view: ViewName, settings: Pick<ViewSettings, 'assigneeId'> = {}): Promise<number> {
    return this.views.count(view, settings);
  }

  /** Count the cases of all views: at least eight reads. */
  counts(): Promise<Record<ViewName, number>> {
    return this.views.counts();
  }

  /** Find the cases of people whom a filter selects, 50 a page; a page may be short and lead on all the same. */
  findCases(asked: CasesAsked): Promise<{ cases: FoundCase[]; nextCursor?: string }> {
    return this.connection.call('findCases', { ...asked, serviceId: this.serviceId });
  }

  /** Change all cases that match, by a job of the server; watch it with `bulkJob`. */
  updateCases({ cases, changes }: { cases: CasesToChange; changes: CasesChanges }): Promise<{ jobId: string }> {
    return this.connection.call('updateCases', { serviceId: this.serviceId, cases, changes, jobId: newId() });
  }

  bulkJob(jobId: string): Live<BulkJob | null> {
    return watchOne<BulkJob>(this.connection, `${paths.bulkJobs(this.serviceId)}/${jobId}`);
  }

  /** Watch the job by which an answer goes out as SMS too: `smsJobId` of the message. */
  smsJob(jobId: string): Live<SmsJob | null> {
    return watchOne<SmsJob>(this.connection, paths.smsJob(jobId));
  }

  /** Have an SMS that failed sent again by the same job; nothing more if a colleague was faster. */
  async retrySms(jobId: string): Promise<void> {
    const path = paths.smsJob(jobId);
    try {
      await this.connection.write(ACTS.retrySms, ({ updateField }) =>
        updateField(path, new FieldPath('delivery', 'state'), 'RETRY'),
      );
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // The rules let a failed one alone be tried again.
      const job = (await this.connection.getFromServer(path)) as SmsJob | undefined;
      if (!job?.delivery || job.delivery.state === 'ERROR') throw error;
    }
  }

  /** List the bulk jobs, all or one author's, the newest first. */
  bulkJobs({ createdBy, pageSize = PAGE_SIZE }: BulkJobsAsked = {}): DocumentList<ListedBulkJob> {
    const path = paths.bulkJobs(this.serviceId);
    const authored = createdBy === undefined ? [] : [where('createdBy', '==', createdBy)];
    return new DocumentList(this.connection, path, [...authored, orderBy('createdAt', 'desc')], pageSize, (each) => ({
      ...(each.data() as BulkJob),
      jobId: each.id,
    }));
  }

  /** Put back what a job changed, where nobody changed it since; by a job too. */
  undoBulkJob(jobId: string): Promise<{ jobId: string }> {
    return this.connection.call('undoBulkJob', { serviceId: this.serviceId, jobId });
  }

  /** List the batches of a campaign, which have what became of each person. */
  batches(campaignId: string, { pageSize = PAGE_SIZE }: Paging = {}): DocumentList<ListedBatch> {
    return new DocumentList(this.connection, paths.batches(campaignId), [], pageSize, (each) => ({
      ...(each.data() as Batch),
      batchId: each.id,
    }));
  }

  /**
   * Send up to ten people what a campaign would send them, and count it nowhere. `job` is as in
   * `campaignQueue`, without `serviceId`, author and command; its audience is left out.
   */
  sendTest(job: object, userIds: string[]): Promise<{ tests: SentTest[] }> {
    // The people of the test take the place of an audience, which may name ten thousand.
    const asked = { ...job, serviceId: this.serviceId, audience: { userIds } };
    return this.connection.call('sendTest', { job: asked, userIds, testId: newId() });
  }

  /** List the service's last campaigns, and what each was to a person; 20 a page. */
  campaignsOf(userId: string, cursor?: string): Promise<{ campaigns: CampaignOfPerson[]; nextCursor?: string }> {
    return this.connection.call('campaignsOf', { serviceId: this.serviceId, userId, cursor });
  }

  /** End a job; what it changed stays. */
  async cancelBulkJob(jobId: string): Promise<void> {
    await this.connection.call('cancelBulkJob', { serviceId: this.serviceId, jobId });
  }

  /** List the open cases by their last message. */
  openCases({ pageSize = PAGE_SIZE }: Paging = {}): ChatList {
    return new ChatList(this.connection, this.horizons, serviceMember(this.serviceId), pageSize);
  }

  /** List the cases of one state in the order of their ids. */
  cases(state: CaseState, { pageSize = PAGE_SIZE }: Paging = {}): DocumentList<ListedCase> {
    const asked = [where('serviceId', '==', this.serviceId), where('kind', '==', 'case'), where('state', '==', state)];
    return new DocumentList(this.connection, paths.chats, asked, pageSize, (each) => ({
      ...(each.data() as Chat),
      chatId: each.id,
    }));
  }

  /** Read and answer a case as the service. The first answer opens it and makes the service a member. */
  chat(chatId: string, { pageSize = PAGE_SIZE }: Paging = {}): ChatSession {
    const speaker = { memberId: serviceMember(this.serviceId), staffId: this.connection.uid };
    return new ChatSession(this.connection, this.horizons, chatId, speaker, pageSize);
  }

  /** List the private notes about a case, the newest first. */
  notes(chatId: string, { pageSize = PAGE_SIZE }: Paging = {}): Notes {
    return new Notes(this.connection, chatId, pageSize);
  }

  /** Watch who else is at a case, and be shown there oneself. Close it when the case leaves the screen. */
  desk(chatId: string): Desk {
    return new Desk(this.connection, this.horizons, chatId);
  }

  cannedAnswers(): CannedAnswers {
    return new CannedAnswers(this.connection, this.serviceId);
  }

  /** Watch one's own views of the inbox, and those shared with one's role. */
  savedViews(): SavedViews {
    return new SavedViews(this.connection, this.serviceId);
  }

  /** Open the case with one of the service's people. */
  open(userId: string): Promise<Opened> {
    return this.connection.call('openCaseChat', { serviceId: this.serviceId, userId });
  }

  /** Close a case. It leaves the list of open cases until somebody writes. */
  close(chatId: string): Promise<void> {
    return this.update(chatId, { state: 'closed' });
  }

  reopen(chatId: string): Promise<void> {
    return this.update(chatId, { state: 'open' });
  }

  /** Take a case off the list until a time, or until somebody writes. */
  snooze(chatId: string, until: Date | 'reply'): Promise<void> {
    const when: CaseChanges = until === 'reply' ? { untilReply: true } : { snoozedUntil: until };
    return this.update(chatId, { state: 'snoozed', ...when });
  }

  /**
   * Assign a case to a staff member, or with null to nobody. If it is no longer `expected`'s, it is
   * refused as `alreadyAssigned`, and `about.assigneeId` of the error is who has it.
   */
  assign(chatId: string, staffUid: string | null, expected?: string | null): Promise<void> {
    return this.update(chatId, {
      assigneeId: staffUid,
      ...(expected !== undefined && { expectedAssigneeId: expected }),
    });
  }

  /** Take a case that nobody has. Of two who claim it at once one wins, as `assign` with `expected` null. */
  claim(chatId: string): Promise<void> {
    return this.assign(chatId, this.connection.uid, null);
  }

  /** Make several of these changes at once. */
  async update(chatId: string, changes: CaseChanges): Promise<void> {
    await this.connection.call('updateCase', { ...changes, chatId });
  }
}
