/** What the pages remember of a service's people: names, attributes, lists. Read once, then kept. */

import { collection, onSnapshot } from 'firebase/firestore';
import type { Dashboard, DistributionList, ServiceUser } from 'parley-client';
import { useEffect, useMemo, useState } from 'react';
import { fieldsOf, type ValueType } from '../campaigns/filters.js';
import { Lately } from '../lately.js';
import { useSession } from '../session/session.js';

const LOOKED_AT = 100;

const attributes = new WeakMap<Dashboard, Promise<Record<string, ValueType>>>();
const NONE: Record<string, ValueType> = {};

/** The attributes that the first people have, for suggestions; none until they are read. */
export function useAttributes(): Record<string, ValueType> {
  const { dashboard } = useSession();
  const [known, setKnown] = useState(NONE);
  useEffect(() => {
    let isOver = false;
    void attributesOf(dashboard).then((found) => !isOver && setKnown(found));
    return () => {
      isOver = true;
    };
  }, [dashboard]);
  return known;
}

function attributesOf(dashboard: Dashboard): Promise<Record<string, ValueType>> {
  let asked = attributes.get(dashboard);
  if (!asked) {
    const people = dashboard.people({ pageSize: LOOKED_AT });
    asked = people
      .first(({ isFromCache }) => !isFromCache)
      .then(({ items }) => fieldsOf(items))
      .catch(() => {
        attributes.delete(dashboard);
        return NONE;
      })
      .finally(() => people.close());
    attributes.set(dashboard, asked);
  }
  return asked;
}

/** More people than one looks at in a day, of a kilobyte each. */
export const PEOPLE_HELD = 2_000;

const people = new WeakMap<Dashboard, Lately<string, Promise<ServiceUser | null>>>();

/** Read a person's record once, and again after 2,000 others; null for somebody who is not in the service. */
export function personOf(dashboard: Dashboard, uid: string): Promise<ServiceUser | null> {
  const known = people.get(dashboard) ?? new Lately<string, Promise<ServiceUser | null>>(PEOPLE_HELD);
  people.set(dashboard, known);
  let asked = known.get(uid);
  if (!asked) {
    const live = dashboard.person(uid);
    asked = live
      .first()
      .catch(() => {
        known.delete(uid);
        return null;
      })
      .finally(() => live.close());
    known.set(uid, asked);
  }
  return asked;
}

/** The names of people as far as they are known yet; a read for each new one. */
export function useNames(uids: readonly string[]): ReadonlyMap<string, string> {
  const { dashboard } = useSession();
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  const key = uids.join('\n');
  const wanted = useMemo(() => (key ? key.split('\n') : []), [key]);
  useEffect(() => {
    let isOver = false;
    void Promise.all(wanted.map((uid) => personOf(dashboard, uid))).then((found) => {
      if (isOver) return;
      setNames(new Map(found.flatMap((each) => (each?.displayName ? [[each.uid, each.displayName]] : []))));
    });
    return () => {
      isOver = true;
    };
  }, [dashboard, wanted]);
  return names;
}

/** The distribution lists by id, live; undefined before the first answer. */
export function useLists(): ReadonlyMap<string, DistributionList> | undefined {
  const { backend, serviceId } = useSession();
  const [lists, setLists] = useState<ReadonlyMap<string, DistributionList>>();
  useEffect(
    () =>
      onSnapshot(
        collection(backend.db, 'services', serviceId, 'distributionLists'),
        ({ docs }) => setLists(new Map(docs.map((each) => [each.id, each.data() as DistributionList]))),
        () => setLists(new Map()),
      ),
    [backend, serviceId],
  );
  return lists;
}
