/** The health of a project, for whoever runs it: the owners of the service `default`. */
import { orderBy, type QueryConstraint, where } from 'firebase/firestore';
import type { DeadLetter } from '../../../schema/exported/parley.js';
import type { HealthReport, Reconciled, Redriven } from './calls.js';
import { checkCalls } from './checking.js';
import type { Connection } from './connection.js';
import { HEALTH } from './dashboardForms.js';
import { PAGE_SIZE, type Paging } from './paging.js';
import { paths } from './paths.js';
import { DocumentList } from './watching.js';

export interface ListedDeadLetter extends DeadLetter {
  letterId: string;
}

/** Dead letters of one queue, or of all; of one service, or of the whole project. */
export interface LettersAsked extends Paging {
  queue?: string;
  serviceId?: string;
}

export class Health {
  constructor(private readonly connection: Connection) {
    checkCalls<Health>(this, HEALTH);
  }

  /** Look what waits, what stands still, and what was parked. */
  get(): Promise<HealthReport> {
    return this.connection.call('getHealth', {});
  }

  /** List the dead letters, those parked last first. Owners of a service may list those of their service. */
  deadLetters({ queue, serviceId, pageSize = PAGE_SIZE }: LettersAsked = {}): DocumentList<ListedDeadLetter> {
    const constraints: QueryConstraint[] = [
      ...(serviceId === undefined ? [] : [where('serviceId', '==', serviceId)]),
      ...(queue === undefined ? [] : [where('queue', '==', queue)]),
      orderBy('parkedAt', 'desc'),
    ];
    return new DocumentList(this.connection, paths.deadLetters, constraints, pageSize, (each) => ({
      ...(each.data() as DeadLetter),
      letterId: each.id,
    }));
  }

  /** Put letters back on their queues: named ones, or up to 100 of a queue. */
  redrive(letters: { ids: string[] } | { queue: string }): Promise<Redriven> {
    return this.connection.call('redriveDeadLetters', letters);
  }

  /** Recount a page of chats and campaigns, and correct what has drifted if asked to. */
  reconcile({ repair = false, cursor }: { repair?: boolean; cursor?: string } = {}): Promise<Reconciled> {
    return this.connection.call('reconcile', { repair, cursor });
  }
}
