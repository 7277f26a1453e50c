export const AgentsPage = () => <p>AgentsPage</p>;
