import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Session } from '../session';
import type { Room } from './room';

interface Shared {
  readonly session: Session;
  readonly room: Room;
}

export const SharedContext = createContext<Shared | undefined>(undefined);

/** Who is signed in, and the picture of all that is open. */
export function useShared(): Shared {
  const shared = useContext(SharedContext);
  if (!shared) throw new Error('Nobody is signed in.');
  return shared;
}
