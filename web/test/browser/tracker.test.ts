/** The page of one tracker. */
import { test } from '@jest/globals';
import { newAgents, newId } from './stack';
import { visits } from './visitor';

const { signedIn } = visits();

test('shows progress as it is reported, a stall, and the chart with its table', async () => {
  const [one, two] = await newAgents('import1', 'import2');
  if (!one || !two) throw new Error('unreachable: two were asked for');
  const { id } = await one.muster.trackers.create({
    id: newId('import'),
    name: 'Import of the archive',
    participants: [one.id, two.id],
    totalSteps: 10,
    completeWhen: 'everyone',
    stallSeconds: 3,
  });
  const person = await signedIn(`/progress-trackers/${id}`);
  const { page } = person;
  await page.getByRole('heading', { level: 1, name: 'Import of the archive' }).waitFor();
  const overall = page.getByRole('progressbar', { name: 'overall' });
  await one.muster.trackers.report(id, { step: 4, data: { rows: 400 } });
  await overall.and(page.locator('[aria-valuenow="20"]')).waitFor();
  await page.locator('canvas').first().waitFor();
  await page.getByRole('row').filter({ hasText: one.id }).getByText('4').first().waitFor();
  await person.sees(/no progress for \d+ s/);
  await two.muster.trackers.report(id, { step: 10 });
  await one.muster.trackers.report(id, { step: 10 });
  await person.sees('completed', '.detail-head');
  await person.sees('Everyone is through.');
});
