import { Skeleton } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect } from 'react';
import { type Lines, lineOf } from '../commands/useLines.js';
import type { WindowState } from './useWindow.js';
import classes from './WindowedList.module.css';

/** Lines that stand for what is on its way. */
const PENDING = 2;

interface Props<Item> {
  /** What the list is, for those who hear it. */
  label: string;
  list: WindowState<Item>;
  idOf(item: Item): string;
  /** How high a line is before it is drawn. */
  height: number;
  /** They are gone through by keys. */
  lines: Lines;
  children(item: Item): ReactNode;
}

/** A list of lines of any height, of which the browser draws those on the screen. */
export function WindowedList<Item>({ label, list, idOf, height, lines: { around }, children }: Props<Item>) {
  const { items = [], hasMore, look } = list;
  const scroller = around.ref;
  const virtualizer = useVirtualizer({
    count: items.length + (hasMore ? PENDING : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : idOf(item);
    },
    overscan: 4,
  });
  const lines = virtualizer.getVirtualItems();
  const first = lines[0]?.index ?? 0;
  const last = lines.at(-1)?.index ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was listed since may want to be looked at anew.
  useEffect(() => look(first, last), [look, first, last, items]);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls is reached by the keyboard.
    <section {...around} className={`${classes.scroll} ${around.className}`} tabIndex={0} aria-label={label}>
      <ul className={classes.lines} style={{ height: virtualizer.getTotalSize() }}>
        {lines.map(({ key, index, start }) => {
          const item = items[index];
          return (
            <li
              key={key}
              {...(item !== undefined && lineOf(idOf(item)))}
              ref={virtualizer.measureElement}
              data-index={index}
              className={classes.line}
              style={{ transform: `translateY(${start}px)` }}
            >
              {item === undefined ? <Skeleton height={height - 24} my={12} /> : children(item)}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
