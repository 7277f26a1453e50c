import type { ComponentChildren } from 'preact';

interface NoticeProps {
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** Instead of what isn't there: nothing yet, nothing found, or an error with what to do about it. */
export const Notice = ({ title, children }: NoticeProps) => (
  <div class="notice">
    <strong>{title}</strong>
    {children !== undefined && <p>{children}</p>}
  </div>
);

/** While something is read for the first time. */
export const Loading = ({ what }: { readonly what: string }) => (
  <div class="notice" role="status" aria-busy="true">
    Reading {what} …
  </div>
);
