// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { type RefusedAnswer, UnderWay } from '../../../src/session/underWay.js';

/** Whether the browser would ask before it closes the page. */
function asks(): boolean {
  const leaving = new Event('beforeunload', { cancelable: true });
  window.dispatchEvent(leaving);
  return leaving.defaultPrevented;
}

const refused: RefusedAnswer = { messageId: 'm1', chatId: 'ann:service:acme', draft: { body: 'Hi' }, error: 'no' };

it('the browser asks before it closes a page while an answer is not sent, and else it does not', () => {
  const underWay = new UnderWay();
  expect(asks()).toBe(false);
  underWay.begin('m1');
  underWay.begin('m2');
  underWay.end('m1');
  expect(asks()).toBe(true);
  underWay.end('m2');
  expect(asks()).toBe(false);
});

it('an answer that was refused after its case was left is told of, and kept for that case', () => {
  const underWay = new UnderWay();
  const told: RefusedAnswer[] = [];
  underWay.whenRefused((answer) => told.push(answer));
  underWay.refuse(refused);
  expect(told).toEqual([refused]);
  expect(underWay.takeRefused('bob:service:acme')).toEqual([]);
  expect(underWay.takeRefused(refused.chatId)).toEqual([refused]);
  expect(underWay.takeRefused(refused.chatId)).toEqual([]);
});

it('where its case is open again and its thread shows it, it is told of and not put into the composer too', () => {
  const underWay = new UnderWay();
  const told: RefusedAnswer[] = [];
  underWay.whenRefused((answer) => told.push(answer));
  const leave = underWay.open(refused.chatId, { shows: (id) => id === 'm1', settle: () => undefined });
  underWay.refuse(refused);
  expect(told).toHaveLength(1);
  expect(underWay.takeRefused(refused.chatId)).toEqual([]);
  leave();
  underWay.refuse(refused);
  expect(underWay.takeRefused(refused.chatId)).toHaveLength(1);
});

it('who leaves a case that was opened anew since does not close that one', () => {
  const underWay = new UnderWay();
  const [first, second] = [0, 1].map(() => ({ shows: () => false, settle: () => undefined }));
  if (!first || !second) throw new Error('two cases');
  const leave = underWay.open('c', first);
  underWay.open('c', second);
  leave();
  expect(underWay.caseOf('c')).toBe(second);
});
