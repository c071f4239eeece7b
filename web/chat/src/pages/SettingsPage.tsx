import {
  Button,
  Code,
  CopyButton,
  Group,
  SegmentedControl,
  Select,
  Stack,
  Text,
  useMantineColorScheme,
} from '@mantine/core';
import { LIMITS, type User } from 'parley-client';
import { useAttempt } from 'parley-screen/failures.js';
import { LANGUAGES, type Language, useLanguage } from 'parley-screen/language.js';
import { PushSetting } from '../push/PushSetting.js';
import { useSession } from '../session/session.js';
import { useText } from '../texts.js';
import { BlockedPeople } from './BlockedPeople.js';
import { NameSetting } from './NameSetting.js';
import { PageHeader } from './PageHeader.js';

const SCHEMES = ['light', 'dark', 'auto'] as const;
const WHO_MAY_ADD = ['everyone', 'contacts', 'nobody'] as const;

export function SettingsPage() {
  const t = useText();
  const attempt = useAttempt();
  const { parley, uid, me, signOut, reloadMe } = useSession();
  const { language, choose } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const link = new URL(`/chat/new?with=${encodeURIComponent(uid)}`, location.origin).href;

  async function letAdd(whoMayAddMe: NonNullable<User['whoMayAddMe']>): Promise<void> {
    if (!me) return;
    await attempt(() => parley.me.introduce({ displayName: me.displayName, whoMayAddMe }));
    reloadMe();
  }

  return (
    <>
      <PageHeader title={t('chat.settings')} />
      <Stack p="md" maw={560} gap="lg">
        <NameSetting limit={LIMITS.DISPLAY_NAME} />
        <Stack gap={4}>
          <Text size="sm" fw={600}>
            {t('settings.yourId')}
          </Text>
          <Group gap="sm">
            <Code data-uid={uid}>{uid}</Code>
            <CopyButton value={link}>
              {({ copied, copy }) => (
                <Button size="xs" variant="default" onClick={copy}>
                  {copied ? t('settings.copied') : t('settings.copyLink')}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Stack>
        <Select
          label={t('settings.whoMayAdd')}
          data={WHO_MAY_ADD.map((value) => ({ value, label: t(`settings.${value}`) }))}
          value={me?.whoMayAddMe ?? 'contacts'}
          allowDeselect={false}
          onChange={(value) => value && letAdd(value as NonNullable<User['whoMayAddMe']>)}
        />
        <Select
          label={t('settings.language')}
          data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
          value={language}
          allowDeselect={false}
          onChange={(value) => value && choose(value as Language)}
        />
        <Stack gap={4}>
          <Text size="sm" fw={600} id="theme">
            {t('settings.theme')}
          </Text>
          <SegmentedControl
            aria-labelledby="theme"
            data={SCHEMES.map((value) => ({ value, label: t(`settings.${value}`) }))}
            value={colorScheme}
            onChange={(value) => setColorScheme(value as (typeof SCHEMES)[number])}
          />
        </Stack>
        <PushSetting />
        <BlockedPeople />
        <Button variant="default" onClick={() => attempt(signOut)}>
          {t('settings.signOut')}
        </Button>
      </Stack>
    </>
  );
}
