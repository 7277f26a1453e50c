/** Mixed load: a few players, each in one scene after the other. */
import { setTimeout as delay } from 'node:timers/promises';
import { agentScene } from './agent-scene';
import { messageScene } from './message-scene';
import { readerScene } from './reader-scene';
import { pick, type Scene, type Stage } from './scene';
import { syncPointScene } from './sync-point-scene';
import { trackerScene } from './tracker-scene';

const SCENES: readonly Scene[] = [
  ...Array<Scene>(5).fill(syncPointScene),
  ...Array<Scene>(3).fill(trackerScene),
  ...Array<Scene>(4).fill(messageScene),
  ...Array<Scene>(3).fill(readerScene),
  agentScene,
];

/** Of the time that the scene before took. */
const REST = 0.5;
const LONGEST_REST_MS = 4_000;

/** Resolves when it is over and every scene has come to its end. */
export async function playScenes(stage: Stage, players: number): Promise<void> {
  const play = async (): Promise<void> => {
    while (!stage.isOver()) {
      const began = Date.now();
      await pick(stage, SCENES)(stage);
      // The slower the stack, the longer the rest: what is asked of a busy machine must not pile up in it.
      await delay(Math.min((Date.now() - began) * REST, LONGEST_REST_MS));
    }
  };
  await Promise.all(Array.from({ length: players }, play));
}
