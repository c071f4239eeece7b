import { ActionIcon, Menu } from '@mantine/core';
import { Ellipsis } from 'lucide-react';
import classes from './Bubble.module.css';

/** The button of the menu of a message or a note. */
export function MoreButton({ label }: { label: string }) {
  return (
    <Menu.Target>
      <ActionIcon
        data-act="menu"
        className={classes.more ?? ''}
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={label}
      >
        <Ellipsis size={16} />
      </ActionIcon>
    </Menu.Target>
  );
}
