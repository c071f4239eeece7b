import { useElementSize } from '@mantine/hooks';
import { Outlet, useParams, useSearch } from '@tanstack/react-router';
import { MessagesSquare } from 'lucide-react';
import { Empty } from 'parley-screen/States.js';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import classes from './inbox.module.css';
import { BulkBar } from './list/BulkBar.js';
import { BulkProgress } from './list/BulkProgress.js';
import { CaseList } from './list/CaseList.js';
import { useSelection } from './list/selection.js';
import { useCases } from './list/useCases.js';
import { isOver, useOwnJob } from './list/useOwnJob.js';
import { useSeen } from './list/useSeen.js';
import { StaffProvider } from './staff.js';
import { useText } from './texts.js';
import { askedOf } from './views/asked.js';
import { ListHeader } from './views/ListHeader.js';
import { useCountAfter, useCounts, useCountWith, useSize } from './views/useCounts.js';
import { useSavedViews } from './views/useSavedViews.js';
import { ViewList } from './views/ViewList.js';

const EditView = lazy(() => import('./views/EditView.js'));

/** Below, the views are a menu above the list. */
const ROOM_FOR_VIEWS = 1100;

/** The cases of the service, and the one that the address names. */
export function InboxPage() {
  const { ref, width } = useElementSize();
  return (
    <StaffProvider>
      <div ref={ref} className={classes.page}>
        {width > 0 && <Columns hasRoom={width >= ROOM_FOR_VIEWS} />}
      </div>
    </StaffProvider>
  );
}

function Columns({ hasRoom }: { hasRoom: boolean }) {
  const t = useText();
  const { chatId } = useParams({ strict: false });
  const search = useSearch({ from: '/inbox' });
  const { savedViews, move } = useSavedViews();
  const [edited, setEdited] = useState<string>();
  const asked = useMemo(() => askedOf(search, savedViews), [search, savedViews]);
  const { job, hide } = useOwnJob();
  const isChanging = job !== undefined && !isOver(job);
  const counts = useCounts(isChanging);
  const cases = useCases(asked);
  const size = useSize(asked, counts, cases);
  const selection = useSelection();
  const list = JSON.stringify(asked);
  const { clear } = selection;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list is another selection.
  useEffect(() => clear(), [list, clear]);
  useCountWith(cases.rows, isChanging);
  useCountAfter(job);
  useSeen(chatId);

  const views = { asked, saved: search.saved, counts, savedViews, onEdit: setEdited };
  const editedView = edited === undefined ? undefined : savedViews.get(edited);
  const ids = [...savedViews.keys()];
  return (
    <>
      {hasRoom && (
        <div className={classes.views}>
          <ViewList {...views} />
        </div>
      )}
      <div className={classes.list} data-hides={chatId !== undefined || undefined}>
        <ListHeader {...views} hasMenu={!hasRoom} where={search.where} size={size} />
        <BulkBar asked={asked} selection={selection} total={size?.isExact ? size.count : undefined} />
        {job && <BulkProgress key={job.jobId} job={job} onClose={hide} />}
        <CaseList key={list} asked={asked} cases={cases} chosen={chatId} selection={selection} />
      </div>
      <div className={classes.case} data-hides={chatId === undefined || undefined}>
        {chatId === undefined ? (
          <Empty icon={<MessagesSquare size={32} aria-hidden />}>{t('inbox.choose')}</Empty>
        ) : (
          <Outlet />
        )}
      </div>
      {edited !== undefined && editedView && (
        <Suspense>
          <EditView
            key={edited}
            id={edited}
            view={editedView}
            place={{ isFirst: ids[0] === edited, isLast: ids.at(-1) === edited }}
            onMove={(by) => move(edited, by)}
            onClose={() => setEdited(undefined)}
          />
        </Suspense>
      )}
    </>
  );
}
