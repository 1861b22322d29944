/** Pages: where each practice is explained. */
import type { PracticeId } from '../practices/practice.ts';

/** The one place that knows where the pages are published. */
const BASE = 'https://podproof.dev/practices/';

/** How findings are suppressed, and what is wrong with a suppression. */
export const SUPPRESSING_PAGE = 'https://podproof.dev/suppressing';

/** Address of the page of a practice. */
export function pageUrl(practice: PracticeId): string {
  return `${BASE}${practice}`;
}
