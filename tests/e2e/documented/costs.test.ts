/** What `docs/reference/client-contract.md` says that each act costs, counted by the library as it does them. */
import assert from 'node:assert/strict';
import { type Live, Parley, type Usage } from 'parley-client';
import { afterAll, test } from 'vitest';
import { endWorld, fresh, type Person, serviceWith, somebody } from '../../javascript/people.js';
import { until } from '../../javascript/waiting.js';
import { table } from './page.js';

afterAll(endWorld);

const HEADING = 'What to write, and what it costs';

interface Installed extends Person {
  parley: Parley;
}

async function installed(name: string): Promise<Installed> {
  const person = await somebody(name);
  return { ...person, parley: new Parley(person) };
}

/** What one act has cost, without what listeners tell. */
async function cost({ parley }: Installed, act: () => Promise<unknown>): Promise<Omit<Usage, 'calls'>> {
  const before = parley.usage;
  await act();
  const { reads, writes } = parley.usage;
  return { reads: reads - before.reads, writes: writes - before.writes };
}

const soon = <T>(live: Live<T>, fits: (value: T) => boolean, what: string): Promise<unknown> =>
  until(
    () => live.value,
    (value) => value !== undefined && fits(value),
    what,
  );

/** Every act of the table, by a person whose screen is empty but where the table says otherwise. */
async function measured(): Promise<Record<string, Omit<Usage, 'calls'>>> {
  const [ann, bob, staff] = await Promise.all([installed('Ann'), installed('Bob'), installed('Ada')]);
  const serviceId = await serviceWith(staff);
  const costs: Record<string, Omit<Usage, 'calls'>> = {};
  const measure = async (act: string, by: Installed, doIt: () => Promise<unknown>): Promise<void> => {
    costs[act] = await cost(by, doIt);
  };
  const device = { token: fresh('token'), kind: 'fcmToken', platform: 'web' } as const;

  await measure('introduce oneself', ann, () => ann.parley.me.introduce({ displayName: 'Anna' }));
  await measure('open a direct chat, new', ann, () => ann.parley.open.direct(bob.uid));
  await measure('open it again', bob, () => bob.parley.open.direct(ann.uid));
  await measure('open a case', ann, () => ann.parley.open.case(serviceId));
  await measure('create a group', ann, () => ann.parley.open.group({ title: 'Town', userIds: [bob.uid] }));
  await measure('register the first device', ann, () => ann.parley.devices.register('phone', device));
  await measure('register a device', ann, () => ann.parley.devices.register('phone', device));

  const { chatId } = await ann.parley.open.direct(bob.uid);
  await measure('mute', ann, () => ann.parley.devices.mute(chatId));
  await measure('unmute', ann, () => ann.parley.devices.unmute(chatId));
  await measure('block', ann, () => ann.parley.blocks.block(bob.uid));
  await measure('unblock', ann, () => ann.parley.blocks.unblock(bob.uid));

  const quiet = ann.parley.chat(chatId);
  await quiet.ready();
  quiet.close();
  let id = '';
  await measure('send a message', ann, () => {
    const posted = quiet.posting.send({ body: 'First' });
    id = posted.id;
    return posted.sent;
  });
  await measure('edit', ann, () => quiet.posting.edit(id, 'First of all'));
  await measure('react', ann, () => quiet.posting.react(id, '👍'));
  await measure('delete', ann, () => quiet.posting.remove(id));

  const [chat, list] = [bob.parley.chat(chatId), bob.parley.chats()];
  await chat.ready();
  await soon(
    list,
    ({ isFromCache, chats }) => !isFromCache && chats[0]?.lastMessage?.preview === '',
    'the deleted message',
  );
  await soon(chat.messages, ({ messages }) => messages[0]?.deletedAt !== undefined, 'the thread');
  const arrive = (body: string, count: number): Promise<unknown> =>
    Promise.all([
      quiet.posting.send({ body }).sent,
      soon(list, ({ chats }) => chats[0]?.lastMessage?.preview === body, 'the row'),
      soon(chat.messages, ({ messages }) => messages.length === count, 'the message'),
    ]);
  // Rows follow an edit within a second, unless there is a newer message.
  await arrive('Second', 2);
  await measure('receive a message, chat and list on the screen', bob, () => arrive('Third', 3));
  await measure('mark read', bob, async () => {
    for (const message of chat.messages.value?.messages ?? []) chat.receipts.shown(message);
    await chat.receipts.flush();
    await soon(list, ({ chats }) => chats[0]?.unread === 0, 'the row to be read');
  });
  await measure('typing', bob, async () => {
    for (let n = 0; n < 20; n += 1) chat.typing.keystroke();
  });
  await measure('typing ended', bob, async () => chat.typing.stop());
  chat.close();
  list.close();
  await measure('pin, archive or mark unread', bob, () => list.flag(chatId, { pinned: true }));
  const unseen = quiet.posting.send({ body: 'Fourth' });
  await unseen.sent;
  await measure('received by a push, not shown', bob, () => bob.parley.received(chatId, unseen.id));
  return costs;
}

test('each act costs what the page says', async () => {
  const costs = await measured();
  const said = Object.fromEntries(table(HEADING).map(([act = '', , writes, reads]) => [act, { writes, reads }]));

  const counted = Object.fromEntries(
    Object.entries(costs).map(([act, { writes, reads }]) => [
      act,
      { writes: String(writes), reads: asSaid(reads, said[act]?.reads) },
    ]),
  );
  assert.deepEqual(counted, said);
});

/** The count in the page's words: where they say `at most`, fewer will do. */
function asSaid(count: number, words = ''): string {
  const most = /^at most (\d+)$/.exec(words);
  return most && count <= Number(most[1]) ? words : String(count);
}
