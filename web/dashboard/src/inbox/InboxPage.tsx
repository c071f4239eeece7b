import { Outlet, useParams } from '@tanstack/react-router';
import { Empty } from 'parley-screen/States.js';
import { CaseList } from './CaseList.js';
import classes from './inbox.module.css';
import { useText } from './texts.js';

/** The cases of the service, and the one that the address names. */
export function InboxPage() {
  const t = useText();
  const { chatId } = useParams({ strict: false });
  return (
    <div className={classes.page} data-case={chatId !== undefined || undefined}>
      <div className={classes.list}>
        <CaseList chosen={chatId} />
      </div>
      <div className={classes.case}>{chatId === undefined ? <Empty>{t('inbox.choose')}</Empty> : <Outlet />}</div>
    </div>
  );
}
