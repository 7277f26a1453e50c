import { agentTools } from './agents';
import { messageTools } from './messages';
import { statusTools } from './status';
import { syncPointTools } from './sync-points';
import { listed, type Tool } from './tool';
import { trackerTools } from './trackers';

const TOOLS: readonly Tool[] = [...agentTools, ...syncPointTools, ...trackerTools, ...statusTools, ...messageTools];

const byName = new Map(TOOLS.map((tool) => [tool.name, tool]));

export const findTool = (name: string): Tool | undefined => byName.get(name);
export const toolNames = TOOLS.map(({ name }) => name);

let list: ReturnType<typeof listed>[] | undefined;

/** Made when it is first asked for: most requests are calls. */
export const listTools = (): ReturnType<typeof listed>[] => (list ??= TOOLS.map(listed));
