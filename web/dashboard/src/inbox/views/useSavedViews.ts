/** The saved views that one sees, in one's own order. */
import { useLive } from 'parley-screen/live.js';
import { useCallback, useMemo, useState } from 'react';
import { useSession } from '../../session/session.js';
import { moved, ordered, rememberedOrder, rememberOrder, type SavedViewsShown } from './savedViews.js';

const NO_VIEWS: SavedViewsShown = new Map();

export interface OwnViews {
  savedViews: SavedViewsShown;
  /** Whether the server has told them. */
  isKnown: boolean;
  move(id: string, by: 1 | -1): void;
}

export function useSavedViews(): OwnViews {
  const { dashboard, serviceId } = useSession();
  const { value } = useLive(() => dashboard.savedViews(), [dashboard]);
  const [order, setOrder] = useState(() => rememberedOrder(localStorage, serviceId));
  const savedViews = useMemo(() => ordered(value ?? NO_VIEWS, order), [value, order]);
  const move = useCallback(
    (id: string, by: 1 | -1) => {
      const next = moved([...savedViews.keys()], id, by);
      rememberOrder(localStorage, serviceId, next);
      setOrder(next);
    },
    [savedViews, serviceId],
  );
  return { savedViews, isKnown: value !== undefined, move };
}
