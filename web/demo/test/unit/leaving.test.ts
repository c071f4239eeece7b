import { describe, expect, it } from 'vitest';
import { headerOf, leftOf } from '../../src/outbox/leaving.js';

const AT = '2026-03-01T09:00:00.000Z';
const logged = (request: unknown) => ({ at: AT, request, status: 200 });

describe('what left', () => {
  it('is a push to a token', () => {
    const message = { token: 'demo-ann', notification: { title: 'Ben', body: 'Hello' } };
    expect(leftOf('push', logged({ message }))).toMatchObject({ to: ['demo-ann'], title: 'Ben', text: 'Hello' });
  });

  it('is an SMS to a number', () => {
    expect(leftOf('sms', logged({ To: '+447700900101', Body: 'At ten' }))).toMatchObject({
      to: ['+447700900101'],
      text: 'At ten',
    });
  });

  it('is a mail whose subject and text are decoded', () => {
    const data = [
      'Subject: =?utf-8?q?Caf=C3=A9_?=',
      ' =?utf-8?b?4pi6?=',
      'Content-Type: multipart/alternative; boundary=x',
      '',
      '--x',
      'Content-Type: text/plain; charset="utf-8"',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Sch=C3=B6nen Dank=',
      '!',
      '--x',
      'Content-Type: text/html',
      '',
      '<p>no</p>',
      '--x--',
    ].join('\r\n');
    expect(leftOf('mail', logged({ to: ['ann@example.com'], data }))).toMatchObject({
      title: 'Café ☺',
      text: 'Schönen Dank!',
    });
  });

  it('that was refused by the stand-in and holds nothing is shown all the same', () => {
    expect(leftOf('push', logged('no JSON'))).toMatchObject({ to: [''], title: '' });
    expect(headerOf('', 'Subject')).toBe('');
  });
});
