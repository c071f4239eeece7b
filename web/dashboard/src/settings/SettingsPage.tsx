import { Alert, Anchor, Group, Stack, Tabs, Title } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useLive } from 'parley-screen/live.js';
import { Empty, Failure, Loading } from 'parley-screen/States.js';
import { usePageCommands } from '../commands/usePageCommands.js';
import { isOwner, useSession } from '../session/session.js';
import { CannedAnswersSection } from './CannedAnswersSection.js';
import { SETTINGS_COMMANDS } from './commandList.js';
import { GeneralForm, LimitsForm, SendingForm, SmsForm } from './ServiceForms.js';
import { StaffSection } from './StaffSection.js';
import { SECTIONS, type Section } from './sections.js';
import { useText } from './texts.js';

/** The service's settings: owners change them, admins read them and keep the canned answers. */
export function SettingsPage() {
  const t = useText();
  const { dashboard, role } = useSession();
  const navigate = useNavigate();
  const { section } = useSearch({ strict: false }) as { section?: Section };
  const { value, error, retry } = useLive(() => dashboard.details(), [dashboard]);
  const shown = SECTIONS.find((each) => each === section) ?? 'service';
  const show = (chosen: Section) =>
    void navigate({ to: '/settings', search: { section: chosen } as never, replace: true });
  const goTo = (chosen: Section) => ({ run: () => show(chosen), isShown: chosen !== shown });
  usePageCommands(SETTINGS_COMMANDS, {
    'settings.section.service': goTo('service'),
    'settings.section.staff': goTo('staff'),
    'settings.section.cannedAnswers': goTo('cannedAnswers'),
    'settings.section.sending': goTo('sending'),
    'settings.section.sms': goTo('sms'),
    'settings.section.limits': goTo('limits'),
  });
  return (
    <Stack p="md" maw={820}>
      <Group justify="space-between">
        <Title order={1} size="h3">
          {t('settings.title')}
        </Title>
        <Anchor size="sm" renderRoot={(props) => <Link to="/audit" {...props} />}>
          {t('settings.audit')}
        </Anchor>
      </Group>
      {!isOwner(role) && <Alert>{t('settings.readOnly')}</Alert>}
      <Tabs value={shown} onChange={(chosen) => show(chosen as Section)} keepMounted={false}>
        <Tabs.List mb="md">
          {SECTIONS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`settings.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {error && <Failure error={error} onRetry={retry} />}
        {value === undefined && !error && <Loading />}
        {value === null && <Empty>{t('settings.noService')}</Empty>}
        {value && (
          <>
            <Tabs.Panel value="service">
              <GeneralForm service={value} />
            </Tabs.Panel>
            <Tabs.Panel value="sending">
              <SendingForm service={value} />
            </Tabs.Panel>
            <Tabs.Panel value="sms">
              <SmsForm service={value} />
            </Tabs.Panel>
            <Tabs.Panel value="limits">
              <LimitsForm service={value} />
            </Tabs.Panel>
          </>
        )}
        <Tabs.Panel value="staff">
          <StaffSection />
        </Tabs.Panel>
        <Tabs.Panel value="cannedAnswers">
          <CannedAnswersSection />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
