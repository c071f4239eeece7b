import { Badge, Group, Text } from '@mantine/core';
import { LIMITS, type ServiceUser } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { TextsInput } from 'parley-screen/TextsInput.js';
import { isAgent, useSession } from '../session/session.js';
import { useText } from './texts.js';

/** A person's tags; each change is saved at once. */
export function TagsEditor({ person: { uid, tags = [] } }: { person: ServiceUser }) {
  const t = useText();
  const attempt = useAttempt();
  const { dashboard, role } = useSession();
  if (!isAgent(role)) {
    return tags.length === 0 ? (
      <Text size="sm" c="dimmed">
        {t('people.noTags')}
      </Text>
    ) : (
      <Group gap={4}>
        {tags.map((tag) => (
          <Badge key={tag} variant="light" tt="none">
            {tag}
          </Badge>
        ))}
      </Group>
    );
  }
  return (
    <TextsInput
      aria-label={t('people.tags')}
      description={t('people.tagsHint')}
      maxTags={LIMITS.USER_TAGS}
      value={tags}
      onChange={(changed) => attempt(() => dashboard.updatePerson(uid, { tags: changed }))}
    />
  );
}
