/** What left, as a person reads it. Pure. */
import type { Channel, Logged } from './standIns.js';

export interface Left {
  channel: Channel;
  at: Date;
  status: number;
  /** A token, a number, or addresses. */
  to: string[];
  title: string;
  text: string;
}

interface Push {
  message?: { token?: string; notification?: { title?: string; body?: string } };
}
interface Sms {
  To?: string;
  Body?: string;
}
interface Mail {
  to?: string[];
  data?: string;
}

export function leftOf(channel: Channel, { at, request, status }: Logged): Left {
  const common = { channel, at: new Date(at), status };
  switch (channel) {
    case 'push': {
      const { token = '', notification = {} } = (request as Push).message ?? {};
      return { ...common, to: [token], title: notification.title ?? '', text: notification.body ?? '' };
    }
    case 'sms': {
      const { To = '', Body = '' } = request as Sms;
      return { ...common, to: [To], title: '', text: Body };
    }
    case 'mail': {
      const { to = [], data = '' } = request as Mail;
      return { ...common, to, title: headerOf(data, 'Subject'), text: plainTextOf(data) };
    }
  }
}

/** A header of a mail; what is encoded in it (RFC 2047, base64 or quoted) is decoded. */
export function headerOf(data: string, name: string): string {
  const [head = ''] = data.split(/\r?\n\r?\n/u, 1);
  const unfolded = head.replace(/\r?\n[ \t]+/gu, ' ');
  const line = unfolded.split(/\r?\n/u).find((each) => each.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return decodedWords(line?.slice(name.length + 1).trim() ?? '');
}

function decodedWords(text: string): string {
  const joined = text.replace(/\?=\s+=\?/gu, '?==?');
  return joined.replace(/=\?utf-8\?([bq])\?([^?]*)\?=/giu, (_, kind: string, coded: string) =>
    kind.toLowerCase() === 'b' ? utf8(atob(coded)) : quoted(coded.replaceAll('_', ' ')),
  );
}

/** The first plain text of a mail. */
function plainTextOf(data: string): string {
  const start = data.search(/^content-type: text\/plain/imu);
  const part = start < 0 ? data : data.slice(start);
  const [head = '', ...rest] = part.split(/\r?\n\r?\n/u);
  const body = (rest.join('\n\n').split(/\r?\n--/u)[0] ?? '').trim();
  if (/base64/iu.test(head)) return utf8(atob(body.replace(/\s/gu, '')));
  return /quoted-printable/iu.test(head) ? quoted(body.replace(/=\r?\n/gu, '')) : body;
}

function quoted(text: string): string {
  return utf8(text.replace(/=([0-9a-f]{2})/giu, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))));
}

function utf8(bytes: string): string {
  return new TextDecoder().decode(Uint8Array.from(bytes, (each) => each.charCodeAt(0) & 0xff));
}
