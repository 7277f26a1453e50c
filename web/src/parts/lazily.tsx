import type { ComponentType } from 'preact';
import { lazy } from 'preact-iso';
import { Notice } from './notice';
import { Reload } from './reload';

/** A part whose script is loaded when it is needed. After a deployment, the script that this page knows is gone. */
export const lazily = <Props,>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> =>
  lazy<ComponentType<Props>>(() => load().catch(() => Outdated));

const Outdated = () => (
  <Notice title="This part of the page can’t be loaded.">
    Muster was updated since the page was opened, or it can’t be reached. <Reload />
  </Notice>
);
