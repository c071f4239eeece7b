import assert from 'node:assert/strict';
import { type DocumentData, type QueryConstraint, where } from 'firebase/firestore';
import { test } from 'vitest';
import { Campaigns } from '../../src/campaigns.js';
import type { Connection } from '../../src/connection.js';
import type { OwnHorizons } from '../../src/horizons.js';

const sent = { state: 'sent' };
const uids = Array.from({ length: 45 }, (_, at) => `u${at}`);

/** The ledger of one campaign: ten people a batch. */
class Ledger {
  readonly asked: QueryConstraint[] = [];

  async find(path: string, constraint: QueryConstraint): Promise<DocumentData[]> {
    assert.equal(path, 'campaignStatus/c1/batches');
    this.asked.push(constraint);
    const first = this.asked.length === 1 ? 0 : 30;
    const last = this.asked.length === 1 ? 30 : 50;
    const batches = [];
    for (let at = first; at < last; at += 10) {
      const recipients = Object.fromEntries(Array.from({ length: 10 }, (_, each) => [`u${at + each}`, sent]));
      batches.push({ recipients });
    }
    return batches;
  }
}

function campaigns(ledger: Ledger): Campaigns {
  return new Campaigns(ledger as unknown as Connection, {} as OwnHorizons, 'acme');
}

test('what became of people is found by one query for each thirty, without others of their batches', async () => {
  const ledger = new Ledger();
  const found = await campaigns(ledger).recipients('c1', uids);
  assert.deepEqual([...found.keys()], uids);
  assert.deepEqual(found.get('u0'), sent);
  assert.equal(ledger.asked.length, 2);
  assert.deepEqual(ledger.asked, [
    where('uids', 'array-contains-any', uids.slice(0, 30)),
    where('uids', 'array-contains-any', uids.slice(30)),
  ]);
});

test('what became of nobody costs no query', async () => {
  const ledger = new Ledger();
  assert.equal((await campaigns(ledger).recipients('c1', [])).size, 0);
  assert.equal(ledger.asked.length, 0);
});
