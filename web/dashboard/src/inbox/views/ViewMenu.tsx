import { Button, Popover } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { useText } from '../texts.js';
import classes from './ListHeader.module.css';
import { ViewList } from './ViewList.js';

/** The views where there is no room for them beside the list. */
export function ViewMenu(props: ComponentProps<typeof ViewList>) {
  const t = useText();
  const [isOpen, { toggle, close }] = useDisclosure();
  const { asked, saved, savedViews, counts } = props;
  const name = saved === undefined ? t(`views.${asked.view}`) : (savedViews.get(saved)?.name ?? t('views.saved'));
  const count = saved === undefined ? counts[asked.view] : undefined;
  return (
    <Popover opened={isOpen} onChange={(opened) => !opened && close()} width={260} position="bottom-start" trapFocus>
      <Popover.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-md"
          data-names-somebody
          rightSection={<ChevronDown size={16} />}
          onClick={toggle}
        >
          <span className={classes.name} dir="auto">
            {name}
          </span>
          {count !== undefined && ` · ${t('views.count', { count })}`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0} onClick={close}>
        <ViewList {...props} />
      </Popover.Dropdown>
    </Popover>
  );
}
