import { ErrorBoundary, LocationProvider, Route, Router, useLocation } from 'preact-iso';
import { useEffect, useErrorBoundary, useMemo } from 'preact/hooks';
import { connection } from './live/connection';
import { Room } from './live/room';
import { SharedContext } from './live/use-room';
import { DialogHost } from './parts/confirm';
import { lazily } from './parts/lazily';
import { Logo } from './parts/logo';
import { Notice } from './parts/notice';
import { Reload } from './parts/reload';
import { useTitle } from './parts/title';
import { isAdmin, messageOf, type Session, session, signOut } from './session';
import { ThemeSwitch } from './theme';
import { SignIn } from './views/sign-in';

const Overview = lazily(() => import('./views/overview').then(({ Overview: page }) => page));
const SyncPointPage = lazily(() => import('./views/sync-point').then(({ SyncPointPage: page }) => page));
const TrackerPage = lazily(() => import('./views/tracker').then(({ TrackerPage: page }) => page));
const AgentsPage = lazily(() => import('./views/agents').then(({ AgentsPage: page }) => page));
const AgentPage = lazily(() => import('./views/agent').then(({ AgentPage: page }) => page));
const ActivityPage = lazily(() => import('./views/activity').then(({ ActivityPage: page }) => page));

export function App() {
  const current = session.value;
  if (current === undefined) return null;
  if (current === null) return <SignIn />;
  return (
    <LocationProvider scope={/^\/(?:$|\?|sync-points\/|progress-trackers\/|agents|activity)/}>
      <SignedIn key={current.me.tokenId} current={current} />
    </LocationProvider>
  );
}

function SignedIn({ current }: { readonly current: Session }) {
  const room = useMemo(() => new Room(current), [current]);
  useEffect(() => room.start(), [room]);
  const shared = useMemo(() => ({ session: current, room }), [current, room]);
  return (
    <SharedContext.Provider value={shared}>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Header current={current} />
      <main id="main" tabIndex={-1}>
        <Views />
      </main>
      <DialogHost />
    </SharedContext.Provider>
  );
}

function Views() {
  const { path } = useLocation();
  const boundary = useErrorBoundary();
  const error: unknown = boundary[0];
  const reset = boundary[1];
  useEffect(reset, [path]);
  if (error !== undefined) {
    return (
      <Notice title="This view can’t be shown.">
        {messageOf(error)} <Reload />
      </Notice>
    );
  }
  return (
    <ErrorBoundary>
      <Router
        onRouteChange={() => {
          // As after the loading of a page. The router scrolls by itself, but not where somebody goes back.
          document.getElementById('main')?.focus({ preventScroll: true });
        }}
      >
        <Route path="/" component={Overview} />
        <Route path="/sync-points/:id" component={SyncPointPage} />
        <Route path="/progress-trackers/:id" component={TrackerPage} />
        <Route path="/agents" component={AgentsPage} />
        <Route path="/agents/:id" component={AgentPage} />
        <Route path="/activity" component={ActivityPage} />
        <Route default component={NotFound} />
      </Router>
    </ErrorBoundary>
  );
}

function Header({ current }: { readonly current: Session }) {
  const { path } = useLocation();
  const { id } = current.me;
  const links: [href: string, text: string][] = isAdmin(current)
    ? [
        ['/', 'Overview'],
        ['/activity', 'Activity'],
        ['/agents', 'Agents'],
      ]
    : [
        ['/', 'Overview'],
        [`/agents/${encodeURIComponent(id)}`, 'Me'],
      ];
  return (
    <header class="top">
      <a class="brand" href="/">
        <Logo /> Muster
      </a>
      <nav aria-label="Views">
        {links.map(([href, text]) => (
          <a key={href} href={href} aria-current={path === href ? 'page' : undefined}>
            {text}
          </a>
        ))}
        <a href="/docs" target="_blank" rel="noreferrer">
          API
        </a>
      </nav>
      <div class="top-end">
        <ConnectionLight />
        <ThemeSwitch />
        <span class="id" title={`Signed in as ${current.me.name}`}>
          {id}
        </span>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            signOut();
          }}
        >
          Sign out
        </button>
      </div>
    </header>
  );
}

function ConnectionLight() {
  const isLive = connection.value === 'live';
  return (
    <span class={`light ${isLive ? 'live' : 'lost'}`} role="status">
      {isLive ? 'Live' : 'Connection lost, trying again …'}
    </span>
  );
}

function NotFound() {
  useTitle('Not found');
  return (
    <Notice title="There is nothing here.">
      The address may be mistyped. <a href="/">Go to the overview</a>
    </Notice>
  );
}
