import { Button, Popover } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { useText } from '../texts.js';
import classes from './ListHeader.module.css';
import type { Size } from './useCounts.js';
import { ViewList } from './ViewList.js';

/** The views where there is no room for them beside the list. */
export function ViewMenu({ size, ...props }: ComponentProps<typeof ViewList> & { size: Size | undefined }) {
  const t = useText();
  const [isOpen, { toggle, close }] = useDisclosure();
  const { asked, saved, savedViews } = props;
  const name = saved === undefined ? t(`views.${asked.view}`) : (savedViews.get(saved)?.name ?? t('views.saved'));
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
          {size && ` · ${t(size.isExact ? 'views.count' : 'views.orMore', { count: size.count })}`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0} onClick={close}>
        <ViewList {...props} />
      </Popover.Dropdown>
    </Popover>
  );
}
