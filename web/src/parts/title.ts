import { useEffect } from 'preact/hooks';

/** What the tab and the history are called while a view is shown. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Muster`;
  }, [title]);
}
