import type { Report } from '@muster/client';
import { useShared } from '../live/use-room';
import { AgentLink } from '../parts/agent-link';
import { Loading, Notice } from '../parts/notice';
import { When } from '../parts/when';
import { countText } from '../text';
import { Data } from './data';
import { More } from './more';
import { useDetail, usePages } from './use-detail';

const ROWS = 50;

/** What was reported, with data, oldest first as the API has it. 1 request for each 50 shown, with each change. */
export function Reports() {
  const { view } = useDetail();
  const { muster } = useShared().session;
  const pages = usePages<Report>(
    (page, options) => muster.trackers.reports(view.id, page, options),
    [muster, view.id],
    ROWS,
  );
  const reports = pages.items.value;
  if (!pages.isRead.value) return <Loading what="the reports" />;
  if (reports.length === 0) return <Notice title="Nobody has reported yet." />;
  return (
    <>
      <div class="table-box" role="region" aria-label="Reports" tabIndex={0}>
        <table class="stacked">
          <thead>
            <tr>
              <th scope="col">Reported</th>
              <th scope="col">By</th>
              <th scope="col">Step</th>
              <th scope="col">Data</th>
            </tr>
          </thead>
          <tbody>
            {reports.map(({ agentId, step, reportedAt, data }, index) => (
              <tr key={index}>
                <td>
                  <When at={reportedAt} />
                </td>
                <td>
                  <AgentLink id={agentId} />
                </td>
                <td data-label="Step">{countText(step)}</td>
                <td class="long">
                  <Data of={data} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More pages={pages} noun="report" />
    </>
  );
}
