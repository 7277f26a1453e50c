export const SyncPointPage = () => <p>SyncPointPage</p>;
