import { ActionIcon, Group, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useText } from '../texts.js';
import classes from './PageHeader.module.css';

/** The line above a page: the way back, what it is, and what can be done. */
export function PageHeader({ title, children }: { title: ReactNode; children?: ReactNode }) {
  const t = useText();
  return (
    <header className={classes.header}>
      <ActionIcon
        component={Link}
        to="/"
        variant="subtle"
        color="gray"
        size="lg"
        className={classes.back ?? ''}
        aria-label={t('chat.back')}
      >
        <ArrowLeft size={20} className={classes.arrow} aria-hidden />
      </ActionIcon>
      <Title order={1} size="h4" className={classes.title ?? ''}>
        {title}
      </Title>
      <Group gap={4} wrap="nowrap">
        {children}
      </Group>
    </header>
  );
}
