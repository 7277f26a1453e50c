/** All scenes at once, each again and again, until the signal. */
import type { Muster } from '@muster/client';
import { type Cast, hire } from './cast';
import { kept, missed } from './claims';
import { Draws } from './draws';
import { importArchive } from './import';
import { approval, readInbox, talk } from './messages';
import { release } from './release';
import { rollOut } from './rollout';
import { type Scene, stageOf } from './scene';
import { vote } from './vote';

const SCENES: Readonly<Record<string, Scene>> = { release, vote, importArchive, rollOut, missed, kept, approval, talk };

export interface Play {
  readonly cast: Cast;
  /** Resolves when everybody has stopped. @throws what went wrong in a scene */
  readonly over: Promise<void>;
}

/** @param seed whatever is drawn follows from it */
export async function play(admin: Muster, url: string, seed: string, signal: AbortSignal): Promise<Play> {
  const cast = await hire(admin, url);
  const acts = [
    ...Object.entries(SCENES).map(async ([name, scene]) => {
      const stage = stageOf(cast, new Draws(`${seed} ${name}`), signal);
      for (;;) await scene(stage);
    }),
    ...Object.values(cast).flatMap((player) => [
      player.checkIn(signal),
      readInbox(player, new Draws(`${seed} ${player.id}`), signal),
    ]),
  ];
  const over = Promise.all(acts).then(
    () => undefined,
    (error: unknown) => {
      if (!signal.aborted) throw error;
    },
  );
  return { cast, over };
}
