/** Mixed load: a few players, each in one scene after the other. */
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

/** Resolves when it is over and every scene has come to its end. */
export async function playScenes(stage: Stage, players: number): Promise<void> {
  const play = async (): Promise<void> => {
    while (!stage.isOver()) await pick(stage, SCENES)(stage);
  };
  await Promise.all(Array.from({ length: players }, play));
}
