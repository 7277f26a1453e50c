/** How it was set up, and the metadata that its creator gave. */
import type { ComponentChildren } from 'preact';
import { When } from '../parts/when';
import { durationText } from '../text';
import { isTracker, useDetail } from './use-detail';

export function Facts() {
  const { view } = useDetail();
  const seconds = (count: number): string => durationText(count * 1_000);
  return (
    <section class="panel">
      <h2>Settings</h2>
      <dl class="settings">
        <Fact name="Deadline">{view.deadline === null ? 'none' : <When at={view.deadline} />}</Fact>
        <Fact name="Warning">
          {view.warnSeconds === null ? 'none' : `${seconds(view.warnSeconds)} before the deadline`}
        </Fact>
        <Fact name="If a participant is lost">{view.whenLost === 'fail' ? 'it fails' : 'the creator is told'}</Fact>
        {isTracker(view) && (
          <>
            <Fact name="Steps may go back">{view.monotonic ? 'no' : 'yes'}</Fact>
            <Fact name="Stalled">{view.stallSeconds === null ? 'never' : `after ${seconds(view.stallSeconds)}`}</Fact>
          </>
        )}
        <Fact name="Version">{view.version}</Fact>
      </dl>
      {view.metadata !== null && (
        <>
          <h3>Metadata</h3>
          <pre class="data">{JSON.stringify(view.metadata, null, 2)}</pre>
        </>
      )}
    </section>
  );
}

interface FactProps {
  readonly name: string;
  readonly children: ComponentChildren;
}

const Fact = ({ name, children }: FactProps) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
