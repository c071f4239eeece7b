/** All that leaves, newest first, asked for once a second. */
import type { PushTokens } from 'parley-client';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Actor, type Cast, PHONES } from '../cast/cast.js';
import { type Left, leftOf } from './leaving.js';
import { arrived, type Channel, clear } from './standIns.js';

const CHANNELS: Channel[] = ['push', 'sms', 'mail'];
const EVERY_MS = 1_000;
/** As many are kept on the page; a campaign has thousands. */
const KEPT = 300;

export interface Outbox {
  left: Left[];
  /** The uid of whose phone or address it is; nothing for somebody who is not on this page. */
  ownerOf(left: Left): string | undefined;
  clear(): Promise<void>;
}

export function useOutbox(cast: Cast): Outbox {
  const [left, setLeft] = useState<Left[]>([]);
  const counts = useRef<Record<Channel, number>>({ push: 0, sms: 0, mail: 0 });
  const tokens = useTokens(cast);
  const { emulators } = cast;

  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout>;
    async function look(): Promise<void> {
      const found = await Promise.all(
        CHANNELS.map(async (channel) => {
          const { entries, count } = await arrived(emulators, channel, counts.current[channel]);
          counts.current[channel] = count;
          return entries.map((entry) => leftOf(channel, entry));
        }),
      ).catch(() => []); // A stand-in that is being started again is asked again.
      if (isOver) return;
      const fresh = found.flat();
      if (fresh.length > 0) {
        setLeft((before) =>
          [...fresh, ...before].sort((one, other) => other.at.getTime() - one.at.getTime()).slice(0, KEPT),
        );
      }
      timer = setTimeout(look, EVERY_MS);
    }
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [emulators]);

  const ownerOf = useCallback(
    ({ channel, to }: Left) => {
      if (channel === 'push') return tokens.get(to[0] ?? '');
      const owner = PHONES.find(({ phone, email }) => to.includes(channel === 'sms' ? (phone ?? '') : email));
      return owner?.uid;
    },
    [tokens],
  );
  return {
    left,
    ownerOf,
    async clear() {
      await Promise.all(CHANNELS.map((channel) => clear(emulators, channel)));
      counts.current = { push: 0, sms: 0, mail: 0 };
      setLeft([]);
    },
  };
}

/** Whose each token is, as the people of this page registered them. */
function useTokens(cast: Cast): Map<string, string> {
  const [registered, setRegistered] = useState<ReadonlyMap<string, PushTokens>>(new Map());
  useEffect(() => {
    const actors: Actor[] = [cast.ann, cast.ben, cast.dina];
    const lives = actors.map(({ uid, parley }) => {
      const live = parley.devices.watch();
      live.subscribe((tokens) => tokens && setRegistered((before) => new Map(before).set(uid, tokens)));
      return live;
    });
    return () => {
      for (const live of lives) live.close();
    };
  }, [cast]);
  return useMemo(() => {
    const owners = new Map<string, string>();
    for (const [uid, { devices = {} }] of registered) {
      for (const { token } of Object.values(devices)) owners.set(token, uid);
    }
    return owners;
  }, [registered]);
}
