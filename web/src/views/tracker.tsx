export const TrackerPage = () => <p>TrackerPage</p>;
