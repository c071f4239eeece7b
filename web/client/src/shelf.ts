/** What the staff of a service keep for later: canned answers, saved views of the inbox, drafts of campaigns. */
import { deleteField, limit, orderBy, serverTimestamp } from 'firebase/firestore';
import type { CampaignDraft, CannedAnswer, SavedView, Staff } from '../../../schema/exported/parley.js';
import { ACTS, type Act } from './acts.js';
import { checkCalls } from './checking.js';
import { type Connection, withoutUndefined } from './connection.js';
import { CAMPAIGN_DRAFTS, CANNED_ANSWERS, SAVED_VIEWS } from './dashboardForms.js';
import { Live } from './live.js';
import { newId, paths } from './paths.js';
import { watchById, watchOne } from './watching.js';

/** How many of each are listened to. */
const MOST = 500;

/** An answer to save; with `id` it replaces that one. */
export type NewCannedAnswer = Pick<CannedAnswer, 'shortcut' | 'name' | 'body'> & { id?: string };
/** A view to save; with `id` it replaces that one. Owners and admins alone share it with roles. */
export type NewSavedView = Omit<SavedView, 'createdBy' | 'createdAt'> & { id?: string };
/** A draft to save; with `id` it replaces that one. */
export type NewCampaignDraft = Pick<CampaignDraft, 'name' | 'job' | 'step'> & { id?: string };

/** Documents of one collection by id, and how they are changed. */
class Shelf<T> extends Live<Map<string, T>> {
  constructor(
    protected readonly connection: Connection,
    protected readonly folder: string,
    private readonly act: Act,
    shown: Live<Map<string, T>>,
  ) {
    super();
    const stop = shown.subscribe(
      (value) => this.set(value),
      (error) => this.fail(error),
    );
    this.whenClosed(stop, () => shown.close());
  }

  /** Write a new one with its `stamps`; of one that is there they stay, and undefined fields go. */
  protected async put(id: string | undefined, fields: object, stamps: object): Promise<string> {
    const path = `${this.folder}/${id ?? newId()}`;
    await this.connection.write(ACTS[this.act], ({ set, update }) => {
      if (id === undefined) set(path, { ...withoutUndefined(fields), ...stamps });
      else update(path, withDeletions(fields));
    });
    return path.slice(this.folder.length + 1);
  }

  protected take(id: string): Promise<void> {
    return this.connection.write(ACTS[this.act], ({ remove }) => remove(`${this.folder}/${id}`));
  }
}

/** The service's canned answers. Owners and admins write them. */
export class CannedAnswers extends Shelf<CannedAnswer> {
  constructor(connection: Connection, serviceId: string) {
    const folder = paths.cannedAnswers(serviceId);
    super(connection, folder, 'keepAnswer', watchById(connection, folder, limit(MOST)));
    checkCalls<CannedAnswers, keyof Live<unknown>>(this, CANNED_ANSWERS);
  }

  save({ id, ...answer }: NewCannedAnswer): Promise<string> {
    return this.put(id, { ...answer, updatedAt: serverTimestamp(), updatedBy: this.connection.uid }, {});
  }

  remove(id: string): Promise<void> {
    return this.take(id);
  }
}

/** One's own views, and those that are shared with one's role. */
export class SavedViews extends Shelf<SavedView> {
  constructor(connection: Connection, serviceId: string) {
    const folder = paths.savedViews(serviceId);
    super(connection, folder, 'keepView', ownAndShared(connection, serviceId, folder));
    checkCalls<SavedViews, keyof Live<unknown>>(this, SAVED_VIEWS);
  }

  save({ id, ...given }: NewSavedView): Promise<string> {
    const { name, sharedWith, view, assigneeId, where } = given;
    return this.put(
      id,
      { name, sharedWith, view, assigneeId, where },
      { createdBy: this.connection.uid, createdAt: serverTimestamp() },
    );
  }

  remove(id: string): Promise<void> {
    return this.take(id);
  }
}

/** Campaigns that are still being written, the last changed first. Owners and admins write them. */
export class CampaignDrafts extends Shelf<CampaignDraft> {
  constructor(connection: Connection, serviceId: string) {
    const folder = paths.campaignDrafts(serviceId);
    super(connection, folder, 'keepDraft', watchById(connection, folder, orderBy('updatedAt', 'desc'), limit(MOST)));
    checkCalls<CampaignDrafts, keyof Live<unknown>>(this, CAMPAIGN_DRAFTS);
  }

  save({ id, name, job, step }: NewCampaignDraft): Promise<string> {
    const { uid } = this.connection;
    const updated = { name, job, step, updatedBy: uid, updatedAt: serverTimestamp() };
    return this.put(id, updated, { createdBy: uid, createdAt: serverTimestamp() });
  }

  remove(id: string): Promise<void> {
    return this.take(id);
  }
}

function withDeletions(fields: object): object {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value ?? deleteField()]));
}

function ownAndShared(connection: Connection, serviceId: string, folder: string): Live<Map<string, SavedView>> {
  const shown = new Live<Map<string, SavedView>>();
  const all = watchById<SavedView>(connection, folder, limit(MOST));
  const self = watchOne<Staff>(connection, `${paths.staff(serviceId)}/${connection.uid}`);
  const show = (): void => {
    const { role } = self.value ?? {};
    if (!all.value || self.value === undefined) return;
    const isFor = ({ createdBy, sharedWith }: SavedView): boolean =>
      createdBy === connection.uid || (role !== undefined && (sharedWith ?? []).includes(role));
    shown.set(new Map([...all.value].filter(([, view]) => isFor(view))));
  };
  for (const each of [all, self]) each.subscribe(show, (error) => shown.fail(error));
  shown.whenClosed(
    () => all.close(),
    () => self.close(),
  );
  return shown;
}
