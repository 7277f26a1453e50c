import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import type { Detail } from '../live/detail';
import { useShared } from '../live/use-room';
import { AgentLink, rosterPath } from '../parts/agent-link';
import { Loading, Notice } from '../parts/notice';
import { outcomeOf, wordOf } from '../parts/outcome';
import { Status } from '../parts/status';
import { useTitle } from '../parts/title';
import { When } from '../parts/when';
import { Actions } from './actions';
import { CopyId } from './copy-id';
import { Facts } from './facts';
import { Happenings } from './happenings';
import { DetailContext, isTracker, type Kind, NOUNS, useDetail, type View } from './use-detail';

interface FrameProps {
  readonly kind: Kind;
  readonly id: string;
  readonly detail: Detail<View>;
  /** Of the page, once there is something to show. */
  readonly children: ComponentChildren;
}

/** What the pages of a sync point and of a tracker have in common. */
export function Frame({ kind, id, detail, children }: FrameProps) {
  const view = detail.watched.view.value;
  const error = detail.watched.error.value;
  useTitle(view?.name ?? id);
  if (error || !view) {
    return (
      <>
        <h1 class="for-readers">{id}</h1>
        {error?.status === 404 ? (
          <NotFound kind={kind} id={id} />
        ) : error ? (
          <Notice title={`This ${NOUNS[kind]} can’t be shown.`}>{error.detail}</Notice>
        ) : (
          <Loading what={`the ${NOUNS[kind]}`} />
        )}
      </>
    );
  }
  return (
    <DetailContext.Provider value={{ kind, view, detail }}>
      <div class="overview with-side">
        <div class="overview-main">
          <Heading />
          {children}
        </div>
        <aside>
          <Happenings />
          <Facts />
        </aside>
      </div>
    </DetailContext.Provider>
  );
}

/** Some events don't say of which kind their id is, and links are made from them. */
function NotFound({ kind, id }: { readonly kind: Kind; readonly id: string }) {
  const { muster } = useShared().session;
  const { route } = useLocation();
  const [isNeither, setNeither] = useState(false);
  const other = kind === 'tracker' ? 'sync-point' : 'tracker';
  const look = async (): Promise<void> => {
    try {
      await (other === 'tracker' ? muster.trackers.get(id) : muster.syncPoints.get(id));
      route(rosterPath(other, id), true);
    } catch {
      setNeither(true);
    }
  };
  return (
    <Notice title={`There is no ${NOUNS[kind]} “${id}”, or you have nothing to do with it.`}>
      {isNeither ? (
        <>
          No {NOUNS[other]} has this id either. <a href="/">Go to the overview</a>
        </>
      ) : (
        <>
          It may be a {NOUNS[other]}.{' '}
          <button type="button" class="secondary" onClick={() => void look()}>
            Look for the {NOUNS[other]}
          </button>
        </>
      )}
    </Notice>
  );
}

function Heading() {
  const { kind, view } = useDetail();
  const { id, name, description, status, createdAt, createdBy } = view;
  const isStalled = isTracker(view) && view.stalledSince !== null;
  return (
    <header class="detail-head">
      <p class="muted">{kind === 'tracker' ? 'Progress tracker' : 'Sync point'}</p>
      <h1>{name}</h1>
      <p class="detail-line">
        <Status of={status} />
        {isStalled && <Status of="stalled" />}
        {view.endedAt !== null && <Ended />}
        <CopyId id={id} />
        <span class="muted">
          created <When at={createdAt} /> by
        </span>{' '}
        <AgentLink id={createdBy} />
      </p>
      {description !== null && <p class="description">{description}</p>}
      <Actions />
    </header>
  );
}

function Ended() {
  const { endedAt, endedBy, endReason } = useDetail().view;
  return (
    <span>
      {endedAt !== null && <When at={endedAt} />}
      {endedBy !== null && endedBy !== 'system' && (
        <>
          {' '}
          by <AgentLink id={endedBy} />
        </>
      )}
      {endReason !== null && <q class="reason">{endReason}</q>}
    </span>
  );
}

/** What became of the one who is signed in, if it takes part. */
export function OwnOutcome() {
  const { view } = useDetail();
  const { id } = useShared().session.me;
  const outcome = outcomeOf(view, id);
  if (!outcome) return null;
  const said = {
    arrived: isTracker(view) ? 'You are through.' : 'You have arrived.',
    failed: 'You have failed.',
    excused: 'You are excused.',
    pending: 'You are waited for.',
    done: 'You have reached the last step.',
    missing: 'You were missing at the end.',
  };
  return (
    <p class="own-outcome">
      <Status of={outcome}>{said[wordOf(view, id, outcome)]}</Status>
    </p>
  );
}
