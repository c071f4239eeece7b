import { useParams } from '@tanstack/react-router';
import { CaseView } from './case/CaseView.js';

/** The case that the address names. */
export function CasePage() {
  const { chatId } = useParams({ from: '/inbox/$chatId' });
  return <CaseView key={chatId} chatId={chatId} />;
}
