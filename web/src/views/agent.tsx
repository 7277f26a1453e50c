export const AgentPage = () => <p>AgentPage</p>;
