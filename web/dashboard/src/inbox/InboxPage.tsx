import { Box, Flex } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useParams } from '@tanstack/react-router';
import { Empty } from 'parley-screen/States.js';
import { CaseList } from './CaseList.js';
import { CaseView } from './CaseView.js';
import classes from './inbox.module.css';

/** The cases of the service, and the one that the address names. */
export function InboxPage() {
  const { chatId } = useParams({ strict: false });
  const isNarrow = useMediaQuery('(max-width: 48em)');

  return (
    <Flex className={classes.page}>
      {(!isNarrow || chatId === undefined) && (
        <Box className={classes.list}>
          <CaseList chosen={chatId} />
        </Box>
      )}
      {(!isNarrow || chatId !== undefined) && (
        <Box className={classes.case}>
          {chatId === undefined ? <Empty>Choose a case.</Empty> : <CaseView key={chatId} chatId={chatId} />}
        </Box>
      )}
    </Flex>
  );
}
