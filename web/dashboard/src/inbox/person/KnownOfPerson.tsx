/** What the page of a person shows too: consents with their history, and campaigns with the reason. */
import { Text } from '@mantine/core';
import type { ServiceUser } from 'parley-client';
import { MoreTexts } from 'parley-screen/language.js';
import { CampaignsOfPerson } from '../../people/CampaignsOfPerson.js';
import { ConsentHistory, Consents } from '../../people/Consents.js';
import { loadTexts } from '../../people/texts.js';
import { useText } from '../texts.js';

interface Props {
  person: ServiceUser;
  what: 'consents' | 'campaigns';
}

export default function KnownOfPerson({ person, what }: Props) {
  const t = useText();
  return (
    <MoreTexts load={loadTexts}>
      {what === 'campaigns' ? (
        <CampaignsOfPerson uid={person.uid} />
      ) : (
        <>
          <Consents person={person} />
          <Text size="sm" fw={600} mt="sm" mb={4}>
            {t('person.consentHistory')}
          </Text>
          <ConsentHistory uid={person.uid} />
        </>
      )}
    </MoreTexts>
  );
}
